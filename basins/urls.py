from django.urls import path

from basins import people_views as people

urlpatterns = [
    path("", people.people_list, name="people_list"),
    path("inviter/", people.invite, name="person_invite"),
    path("invitations/<int:invitation_id>/retirer/", people.withdraw, name="invitation_withdraw"),
    path("roles/<int:membership_id>/finir/", people.end_role, name="role_end"),
]
