"""Suspendre un bassin, et le rétablir : kept by ASTREES (security.md 2.2)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.dates import long_datetime
from alize.common.errors import Refusal
from alize.common.http import answered
from alize.common.screen import Confirmation, Definition, Link
from basins import permissions, suspensions
from basins.models import Basin
from network.operators.views import TITLE, trail
from network.suspensions.forms import SuspendForm
from network.views import navigation

BACK = "operator_list"


@require_http_methods(["GET", "HEAD", "POST"])
@access("basin.suspend", fresh=True)
def basin_suspend(request: HttpRequest, basin_id: int) -> HttpResponse:
    """Suspendre un bassin : nobody works in its space until it is open again."""
    basin = get_object_or_404(Basin, pk=basin_id)
    why_not = permissions.suspend.why_not(basin)
    if why_not:
        messages.error(request, why_not)
        return redirect(BACK)
    return answered(
        request,
        form := SuspendForm(request.POST or None),
        lambda: suspensions.suspend(
            basin_id=basin.pk, **form.cleaned_data, by=request.user, at=timezone.now()
        ),
        said=f"Le bassin {basin} est suspendu.",
        back=reverse(BACK),
        template="network/confirm.html",
        context=_context(
            request,
            basin,
            Confirmation(
                title=f"Suspendre le bassin {basin}",
                effects=(
                    "Dès leur prochaine page, ses membres lisent que l'espace est suspendu, et "
                    "pourquoi ; ses liens reçus par courriel ne s'ouvrent plus.",
                    "Ses courriers, ses documents et ses rappels attendent ; rien n'est effacé.",
                    "Vous non plus n'y entrez pas ; le réseau garde ses derniers chiffres.",
                ),
                label="Suspendre ce bassin",
                back_url=reverse(BACK),
                danger=True,
                undo="ASTREES le rétablit quand elle veut, d'ici ; un délai qui court continue.",
            ),
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("basin.suspend", fresh=True)
def basin_resume(request: HttpRequest, basin_id: int) -> HttpResponse:
    """Rétablir un bassin : its people come back, and what waited leaves."""
    basin = get_object_or_404(Basin, pk=basin_id)
    try:
        if request.method == "POST":
            suspensions.resume(basin_id=basin.pk, by=request.user, at=timezone.now())
            messages.success(request, f"Le bassin {basin} est rétabli.")
            return redirect(BACK)
        permissions.resume(basin)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return redirect(BACK)
    confirmation = Confirmation(
        title=f"Rétablir le bassin {basin}",
        facts=(
            Definition("Suspendu", long_datetime(basin.suspended_at)),
            Definition("Motif", basin.get_suspended_for_display()),
        ),
        effects=(
            "Ses membres y entrent de nouveau, dès leur prochaine page.",
            "Les courriers, les documents et les rappels qui attendaient partent.",
        ),
        label="Rétablir ce bassin",
        back_url=reverse(BACK),
        undo="Il peut être suspendu de nouveau, d'ici.",
    )
    return render(request, "network/confirm.html", _context(request, basin, confirmation))


def _context(request: HttpRequest, basin: Basin, confirmation: Confirmation) -> dict[str, object]:
    return {
        "nav_items": navigation(request, "national_basins"),
        "breadcrumb": trail(Link(TITLE, reverse(BACK)), Link(basin.name, "")),
        "confirmation": confirmation,
    }
