"""The public page, my basins, and the home of a basin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from alize.common.access import access, public
from alize.common.http import basin_reverse
from basins.access import allows
from basins.homes import home_of
from basins.queries import basins_of, roles_of


@public
def home(request: HttpRequest) -> HttpResponse:
    """What ALIZE is; once signed in, my basins, or straight into the only one."""
    if not request.user.is_authenticated:
        return render(request, "basins/public.html")
    today = timezone.localdate()
    if allows(roles_of(request.user, basin=None, on=today), "national.read"):
        return redirect("national_home")
    basins = list(basins_of(request.user, on=today))
    if len(basins) == 1:
        return redirect(basin_reverse("basin_home", basin=basins[0]))
    links = [(basin, reverse("basin_home", kwargs={"basin": basin.slug})) for basin in basins]
    return render(request, "basins/my_basins.html", {"links": links})


@access("basin.home")
def basin_home(request: HttpRequest) -> HttpResponse:
    """« À faire », « En attente des autres », then the figures of my role."""
    return render(request, "basins/home.html", home_of(request))
