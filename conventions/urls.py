from django.urls import path

from conventions.views import (
    amendments,
    clauses,
    cooperation_amendments,
    drafts,
    lists,
    partnership,
    partnership_signing,
    signing,
)

PARTNERSHIP = "partenariat/<int:convention_id>/"
AMENDMENT = "avenants/<int:amendment_id>/"

urlpatterns = [
    path("", lists.convention_list, name="convention_list"),
    path("partenariat/preparer/", partnership.partnership_begin, name="partnership_begin"),
    path(PARTNERSHIP, partnership.partnership_detail, name="partnership_detail"),
    path(f"{PARTNERSHIP}projet/", partnership.partnership_preview, name="partnership_preview"),
    path(f"{PARTNERSHIP}copie/", partnership.partnership_docx, name="partnership_docx"),
    path(f"{PARTNERSHIP}geler/", partnership_signing.partnership_freeze, name="partnership_freeze"),
    path(
        f"{PARTNERSHIP}lancer/", partnership_signing.partnership_launch, name="partnership_launch"
    ),
    path(
        f"{PARTNERSHIP}rouvrir/", partnership_signing.partnership_reopen, name="partnership_reopen"
    ),
    path(
        f"{PARTNERSHIP}annuler/", partnership_signing.partnership_cancel, name="partnership_cancel"
    ),
    path(
        f"{PARTNERSHIP}constater/",
        partnership_signing.partnership_conclude,
        name="partnership_conclude",
    ),
    path(f"{PARTNERSHIP}renouveler/", partnership.partnership_renew, name="partnership_renew"),
    path(f"{PARTNERSHIP}avenant/", amendments.amendment_create, name="amendment_create"),
    path(
        f"{PARTNERSHIP}modifier/<str:section>/",
        partnership.partnership_edit,
        name="partnership_edit",
    ),
    path(AMENDMENT, amendments.amendment_detail, name="amendment_detail"),
    path(f"{AMENDMENT}modifier/", amendments.amendment_edit, name="amendment_edit"),
    path(
        f"{AMENDMENT}signataires/<int:rank>/mandat/",
        amendments.amendment_mandate,
        name="amendment_mandate",
    ),
    path(f"{AMENDMENT}projet/", amendments.amendment_preview, name="amendment_preview"),
    path(f"{AMENDMENT}copie/", amendments.amendment_docx, name="amendment_docx"),
    path(f"{AMENDMENT}geler/", amendments.amendment_freeze, name="amendment_freeze"),
    path(f"{AMENDMENT}lancer/", amendments.amendment_launch, name="amendment_launch"),
    path(f"{AMENDMENT}rouvrir/", amendments.amendment_reopen, name="amendment_reopen"),
    path(f"{AMENDMENT}annuler/", amendments.amendment_cancel, name="amendment_cancel"),
    path(f"{AMENDMENT}constater/", amendments.amendment_conclude, name="amendment_conclude"),
    path(
        "preparer/<str:decision_reference>/", drafts.convention_prepare, name="convention_prepare"
    ),
    path("clauses/", clauses.clause_list, name="clause_list"),
    path("clauses/<str:kind>/<str:zone>/", clauses.clause_edit, name="clause_edit"),
    path("<str:reference>/", lists.convention_detail, name="convention_detail"),
    path(
        "<str:reference>/avenant/",
        cooperation_amendments.cooperation_amendment_create,
        name="cooperation_amendment_create",
    ),
    path("<str:reference>/modifier/", drafts.convention_edit, name="convention_edit"),
    path(
        "<str:reference>/signataires/<int:signer_id>/mandat/",
        drafts.signer_mandate,
        name="signer_mandate",
    ),
    path("<str:reference>/recalculer/", drafts.convention_recompute, name="convention_recompute"),
    path("<str:reference>/copie/", drafts.convention_docx, name="convention_docx"),
    path("<str:reference>/projet/", drafts.convention_preview, name="convention_preview"),
    path("<str:reference>/geler/", drafts.convention_freeze, name="convention_freeze"),
    path("<str:reference>/rouvrir/", drafts.convention_reopen, name="convention_reopen"),
    path("<str:reference>/annuler/", drafts.convention_cancel, name="convention_cancel"),
    path("<str:reference>/renoncer/", signing.convention_void, name="convention_void"),
    path("<str:reference>/lancer/", signing.convention_launch, name="convention_launch"),
    path("<str:reference>/constater/", signing.convention_conclude, name="convention_conclude"),
]
