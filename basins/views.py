"""The public page, my basins, and the home of a basin."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from alize.common.access import access, public, signed_in
from alize.common.addresses import basin_reverse
from alize.common.screen import Link
from alize.common.tables import sorted_and_paged
from basins import downloads, sessions
from basins.enums import NATIONAL_ROLES, Role
from basins.homes import home_of, visitor_of
from basins.queries import basins_of, roles_by_basin, roles_held, roles_of, shut_to
from basins.tables import WorkTable


@public
def home(request: HttpRequest) -> HttpResponse:
    """What ALIZE is; once signed in, my basins, or straight into the only one."""
    if not request.user.is_authenticated:
        return render(request, "basins/public.html")
    today = timezone.localdate()
    if roles_of(request.user, basin=None, on=today) & NATIONAL_ROLES:
        return redirect("national_home")
    basins = list(basins_of(request.user, on=today))
    shut = [
        f"Le bassin {basin} est suspendu par ASTREES, motif : "
        f"{basin.get_suspended_for_display().lower()}. Rien n'y est perdu."
        for basin in shut_to(request.user, on=today)
    ]
    if len(basins) == 1 and not shut:
        return redirect(basin_reverse("basin_home", basin=basins[0]))
    roles = roles_by_basin(request.user, on=today)
    links = [
        Link(basin.name, basin_reverse("basin_home", basin=basin), _roles_in_words(roles[basin.pk]))
        for basin in basins
    ]
    return render(request, "basins/my_basins.html", {"links": links, "shut": shut})


@access("basin.home")
def basin_home(request: HttpRequest) -> HttpResponse:
    """« À faire », « En attente des autres », then the figures of my role."""
    context = {"today": timezone.localdate(), "roles": _roles_in_words(request.roles)}
    return render(request, "basins/home.html", {**home_of(request), **context})


@require_safe
@access("document.read")
def download_list(request: HttpRequest) -> HttpResponse:
    """Mes téléchargements : what I asked for here and was made aside, ready or not."""
    now = timezone.now()
    works = downloads.asked_by(visitor_of(request, now), at=now)
    context = {
        "table": sorted_and_paged(request, WorkTable(works)),
        "is_under_way": any(work.state == downloads.UNDER_WAY for work in works),
        "breadcrumb": [
            Link("Accueil", basin_reverse("basin_home")),
            Link("Mes téléchargements", ""),
        ],
    }
    return render(request, "basins/downloads.html", context)


@public
@never_cache
def session_left(request: HttpRequest) -> HttpResponse:
    """How long the session of this browser lasts yet; to ask does not lengthen it."""
    left = sessions.TimeLeft(0, is_last=False)
    if request.user.is_authenticated:
        held = roles_held(request.user, basin=None, on=timezone.localdate())
        left = sessions.time_left(request, held.anywhere, at=timezone.now())
    return JsonResponse(asdict(left))


@require_POST
@signed_in
def session_extend(request: HttpRequest) -> HttpResponse:
    """Rester connecté : as any visit does, which was noted on the way in (WCAG 2.2.1)."""
    return JsonResponse(asdict(request.time_left))


def _roles_in_words(roles: frozenset[Role]) -> str:
    """« Opérateur local, Membre du comité d'agrément », in the order of the specification."""
    return ", ".join(str(role.label) for role in Role if role in roles)
