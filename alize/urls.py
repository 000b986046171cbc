"""Every address of the site; the paths are a contract (interface.md 1)."""

from django.conf import settings
from django.urls import include, path

from alize.common import policy
from alize.common import views as common
from alize.notifications import views as notifications
from basins import renewals
from basins import views as basins
from basins.people import views as people
from basins.second_factor import views as second_factor

urlpatterns = [
    path("", basins.home, name="home"),
    path("sante/", common.health, name="health"),
    path(settings.POLICY_REPORTS.removeprefix("/"), policy.policy_report, name="policy_report"),
    path("connexion/session/", basins.session_left, name="session_left"),
    path("connexion/session/prolonger/", basins.session_extend, name="session_extend"),
    path(
        "connexion/mon-acces/remise-a-zero/",
        second_factor.second_factor_reset_mine,
        name="second_factor_reset_mine",
    ),
    path("connexion/mon-acces/courriers/", notifications.mail_choices, name="mail_choices"),
    path("connexion/", include("alize.accounts.urls")),
    path("invitation/<str:token>/", people.accept_invitation, name="invitation_accept"),
    path("reseau/", include("network.urls")),
    path("suivi/", include("projects.urls_public")),
    path("signer/", include("signatures.urls_public")),
    path("", include("funds.urls_public")),
    path("", include("committees.urls_public")),
    path("nouveau-lien/<str:token>/", renewals.link_renew, name="link_renew"),
    path("verifier/", include("alize.seals.urls")),
    path("bassins/<slug:basin>/", include("alize.urls_basin")),
]
if settings.DEMO:
    urlpatterns.append(path("demo/", include("alize.demo.urls")))

handler400 = "alize.common.views.bad_request"
handler403 = "alize.common.views.forbidden"
handler404 = "alize.common.views.not_found"
handler500 = "alize.common.views.server_error"
