from django.urls import include, path

from network import people_views as people
from network import register_views as registers
from network import views
from network.operators import views as operators
from network.references import views as references
from network.suspensions import views as suspensions
from network.texts import views as texts

urlpatterns = [
    path("", views.national_home, name="national_home"),
    path("bassins/", views.national_basins, name="national_basins"),
    path("operateurs/", operators.operator_list, name="operator_list"),
    path("operateurs/<int:operator_id>/", operators.operator_edit, name="operator_edit"),
    path("bassins/<int:basin_id>/suspendre/", suspensions.basin_suspend, name="basin_suspend"),
    path("bassins/<int:basin_id>/retablir/", suspensions.basin_resume, name="basin_resume"),
    path("travaux/relancer/", views.work_retry, name="work_retry"),
    path("journal/", registers.national_event_list, name="national_event_list"),
    path("registres/", registers.national_register_list, name="national_register_list"),
    path("registres/<int:document_id>/", registers.national_register, name="national_register"),
    path("personnes/", people.national_people, name="national_people"),
    path("personnes/inviter/", people.national_person_invite, name="national_person_invite"),
    path(
        "personnes/invitations/<int:invitation_id>/retirer/",
        people.national_invitation_withdraw,
        name="national_invitation_withdraw",
    ),
    path(
        "personnes/roles/<int:membership_id>/finir/",
        people.national_role_end,
        name="national_role_end",
    ),
    path(
        "personnes/roles/<int:membership_id>/jusqu-au/",
        people.national_role_last_day,
        name="national_role_last_day",
    ),
    path(
        "personnes/roles/<int:membership_id>/second-facteur/",
        people.national_reset_ask,
        name="national_reset_ask",
    ),
    path(
        "personnes/second-facteur/<int:reset_id>/",
        people.national_reset_approve,
        name="national_reset_approve",
    ),
    path(
        "personnes/second-facteur/<int:reset_id>/arreter/",
        people.national_reset_stop,
        name="national_reset_stop",
    ),
    path("candidatures/", include("network.candidacies.urls")),
    path("reperes/", references.reference_list, name="reference_list"),
    path("reperes/<str:reference>/", references.reference_detail, name="reference_detail"),
    path("reperes/<str:reference>/donner/", references.reference_give, name="reference_give"),
    path(
        "reperes/valeurs/<int:value_id>/retirer/",
        references.reference_withdraw,
        name="reference_withdraw",
    ),
    path("modeles/", texts.text_list, name="text_list"),
    path("modeles/<str:kind>/", texts.text_kind, name="text_kind"),
    path("modeles/<str:kind>/preparer/", texts.text_start, name="text_start"),
    path("modeles/<str:kind>/<int:number>/", texts.text_detail, name="text_detail"),
    path("modeles/<str:kind>/<int:number>/modifier/", texts.text_edit, name="text_edit"),
    path("modeles/<str:kind>/<int:number>/comparer/", texts.text_compare, name="text_compare"),
    path("modeles/<str:kind>/<int:number>/publier/", texts.text_publish, name="text_publish"),
    path("modeles/<str:kind>/<int:number>/abandonner/", texts.text_discard, name="text_discard"),
    path("modeles/<str:kind>/<int:number>/pdf/", texts.text_preview, name="text_preview"),
    path("modeles/<str:kind>/<int:number>/docx/", texts.text_docx, name="text_docx"),
]
