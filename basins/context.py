"""What every page shows around its content: navigation, basin, person."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from basins.access import allows
from basins.queries import basins_of
from basins.tenancy import national

MENU_HOLDS = 12  # beyond, a page finds a basin sooner than a menu

NAVIGATION = (
    ("Accueil", "basin_home", "house", "basin.home"),
    ("Dossiers", "project_list", "folder2-open", "project.read"),
    ("Comité d'agrément", "meeting_list", "people", "meeting.read"),
    ("Suivi", "follow_up_list", "graph-up-arrow", "follow_up.read"),
    ("Partenaires", "partner_list", "building", "partner.read"),
    ("Fonds", "fund_home", "piggy-bank", "fund.read"),
    ("Conventions", "convention_list", "file-earmark-text", "convention.read"),
    ("Pilotage", "report_list", "bar-chart", "report.read"),
    ("Réglages", "people_list", "gear", "people.read"),
)


def interface(request: HttpRequest) -> dict[str, Any]:
    """The context of the layouts; nothing here is asked for when a page does not show it."""
    basin = getattr(request, "basin", None)
    context: dict[str, Any] = {"demo": settings.DEMO, "copy": settings.COPY, "basin": basin}
    if settings.DEMO:
        context["footer_links"] = [
            Link("Courriers (démo)", reverse("demo_mails")),
            Link("Composants (démo)", reverse("demo_components")),
        ]
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return context
    context["time_left"] = getattr(request, "time_left", None)
    context["user_links"] = [
        Link("Mon accès", reverse("account_home")),
    ]
    if allows(request.roles, "national.read"):
        context["user_links"].insert(0, Link("Réseau", reverse("national_home")))
    if basin is not None:
        context["nav_items"] = navigation(request)
        mine = basin_reverse("download_list", basin=basin)
        context["user_links"].append(Link("Mes téléchargements", mine))
        if allows(request.roles, "journal.read"):
            context["user_links"].append(Link("Journal", basin_reverse("event_list", basin=basin)))
        context["other_basins"] = SwitchTo(request)
    return context


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries that the person's roles may open."""
    items = []
    for label, name, icon, act in NAVIGATION:
        if allows(request.roles, act):
            url = basin_reverse(name, basin=request.basin)
            home = name == "basin_home"
            active = request.path == url if home else request.path.startswith(url)
            items.append({"label": label, "url": url, "icon": icon, "active": active})
    return items


class SwitchTo:
    """The other basins of a person, read only when the page asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._links: list[Link] | None = None

    def __iter__(self):
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def _read(self) -> list[Link]:
        if self._links is None:
            with national():
                opened = basins_of(self._request.user, on=timezone.localdate())
                others = list(opened.exclude(pk=self._request.basin.pk)[: MENU_HOLDS + 1])
            self._links = [
                Link(basin.name, basin_reverse("basin_home", basin=basin)) for basin in others
            ]
            if len(others) > MENU_HOLDS:
                self._links = [Link("Tous mes bassins", reverse("home"))]
        return self._links
