from django.urls import path

from conventions.views import clauses, drafts, lists, signing

urlpatterns = [
    path("", lists.convention_list, name="convention_list"),
    path(
        "preparer/<str:decision_reference>/", drafts.convention_prepare, name="convention_prepare"
    ),
    path("clauses/", clauses.clause_list, name="clause_list"),
    path("clauses/<str:kind>/<str:zone>/", clauses.clause_edit, name="clause_edit"),
    path("<str:reference>/", lists.convention_detail, name="convention_detail"),
    path("<str:reference>/modifier/", drafts.convention_edit, name="convention_edit"),
    path("<str:reference>/recalculer/", drafts.convention_recompute, name="convention_recompute"),
    path("<str:reference>/copie/", drafts.convention_docx, name="convention_docx"),
    path("<str:reference>/projet/", drafts.convention_preview, name="convention_preview"),
    path("<str:reference>/geler/", drafts.convention_freeze, name="convention_freeze"),
    path("<str:reference>/annuler/", drafts.convention_cancel, name="convention_cancel"),
    path("<str:reference>/lancer/", signing.convention_launch, name="convention_launch"),
    path("<str:reference>/constater/", signing.convention_conclude, name="convention_conclude"),
]
