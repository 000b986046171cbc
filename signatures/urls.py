from django.urls import path

from signatures.views import batch, circuits, papers

urlpatterns = [
    path("a-signer/", batch.batch_sign, name="batch_sign"),
    path("a-signer/<int:signer_id>/document/", batch.batch_open, name="batch_open"),
    path("<int:circuit_id>/", circuits.circuit_detail, name="circuit_detail"),
    path("<int:circuit_id>/preuves/", circuits.circuit_evidence, name="circuit_evidence"),
    path(
        "<int:circuit_id>/relancer/<int:signer_id>/",
        circuits.circuit_remind,
        name="circuit_remind",
    ),
    path("<int:circuit_id>/reprendre/", circuits.circuit_resume, name="circuit_resume"),
    path("<int:circuit_id>/sceller/", circuits.circuit_seal, name="circuit_seal"),
    path("<int:circuit_id>/ceremonie/", circuits.circuit_ceremony, name="circuit_ceremony"),
    path("<int:circuit_id>/prolonger/", circuits.circuit_extend, name="circuit_extend"),
    path("<int:circuit_id>/annuler/", circuits.circuit_cancel, name="circuit_cancel"),
    path(
        "<int:circuit_id>/contestation/<int:signer_id>/",
        papers.circuit_settle,
        name="circuit_settle",
    ),
    path("<int:circuit_id>/mandat/<int:signer_id>/", papers.circuit_act, name="circuit_act"),
    path("<int:circuit_id>/papier/", papers.circuit_paper, name="circuit_paper"),
    path("<int:circuit_id>/papier/<int:scan_id>/", papers.circuit_confirm, name="circuit_confirm"),
    path(
        "<int:circuit_id>/papier/<int:scan_id>/exemplaire/",
        papers.circuit_scan,
        name="circuit_scan",
    ),
    path(
        "<int:circuit_id>/delegation/<int:delegation_id>/",
        papers.delegation_decide,
        name="delegation_decide",
    ),
    path(
        "<int:circuit_id>/delegation/<int:delegation_id>/mandat/",
        papers.delegation_mandate,
        name="delegation_mandate",
    ),
]
