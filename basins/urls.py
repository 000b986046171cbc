from django.urls import path

from basins import register_views as registers
from basins.journal import views as journal
from basins.people import views as people
from basins.second_factor import views as second_factor

urlpatterns = [
    path("", people.people_list, name="people_list"),
    path("journal/", journal.event_list, name="event_list"),
    path("registres/", registers.register_list, name="register_list"),
    path("inviter/", people.invite, name="person_invite"),
    path("invitations/<int:invitation_id>/retirer/", people.withdraw, name="invitation_withdraw"),
    path("roles/<int:membership_id>/finir/", people.end_role, name="role_end"),
    path("roles/<int:membership_id>/jusqu-au/", people.role_last_day, name="role_last_day"),
    path(
        "roles/<int:membership_id>/second-facteur/",
        second_factor.second_factor_reset_ask,
        name="second_factor_reset_ask",
    ),
    path(
        "second-facteur/membres/",
        second_factor.second_factor_require,
        name="second_factor_require",
    ),
    path(
        "second-facteur/<int:reset_id>/",
        second_factor.second_factor_reset_approve,
        name="second_factor_reset_approve",
    ),
    path(
        "second-facteur/<int:reset_id>/arreter/",
        second_factor.second_factor_reset_stop,
        name="second_factor_reset_stop",
    ),
]
