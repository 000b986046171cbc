from django.urls import path

from network.candidacies import paper_views, views

ONE = "<int:candidacy_id>/"

urlpatterns = [
    path("", views.candidacy_list, name="candidacy_list"),
    path("nouvelle/", views.candidacy_begin, name="candidacy_begin"),
    path(ONE, views.candidacy_detail, name="candidacy_detail"),
    path(f"{ONE}partenaires/ajouter/", views.candidate_partner_add, name="candidate_partner_add"),
    path(
        f"{ONE}partenaires/<int:partner_id>/",
        views.candidate_partner_edit,
        name="candidate_partner_edit",
    ),
    path(
        f"{ONE}partenaires/<int:partner_id>/retirer/",
        views.candidate_partner_remove,
        name="candidate_partner_remove",
    ),
    path(f"{ONE}soumettre/", views.candidacy_submit, name="candidacy_submit"),
    path(f"{ONE}retirer/", views.candidacy_withdraw, name="candidacy_withdraw"),
    path(f"{ONE}decision/", views.candidacy_decide, name="candidacy_decide"),
    path(f"{ONE}espace/etat/", views.candidacy_space, name="candidacy_space"),
    path(f"{ONE}espace/relancer/", views.candidacy_resume, name="candidacy_resume"),
    path(f"{ONE}dossier.pdf", paper_views.candidacy_file, name="candidacy_file"),
    path(f"{ONE}accord/", paper_views.candidacy_record, name="candidacy_record"),
    path(
        f"{ONE}decisions/<int:decision_id>/",
        paper_views.candidacy_decision,
        name="candidacy_decision",
    ),
    path(
        f"{ONE}decisions/<int:decision_id>/pv/",
        paper_views.candidacy_minutes,
        name="candidacy_minutes",
    ),
    path(f"{ONE}<slug:stage>/", views.candidacy_edit, name="candidacy_edit"),
]
