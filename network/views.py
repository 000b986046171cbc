"""Réseau : the tower of control and the list of basins, from the consolidated rows only."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alize.common.access import access
from alize.common.exports import export_links, export_of
from alize.common.screen import Action, Link
from alize.common.tables import sorted_and_paged
from alize.outbox.queries import stuck_work
from basins.access import allows, may_open
from basins.queries.references import references_on
from network import queries, screen
from network.forms import BasinFilter
from network.operations import retry_stuck
from network.tables import BasinTable

ALERTS_SHOWN = 12


def navigation(request: HttpRequest, page: str = "") -> list[dict[str, Any]]:
    """The pages of the network; `page` names the one that the present page is under."""
    page = page or request.resolver_match.url_name
    entries = (
        ("Tour de contrôle", "national_home", "broadcast"),
        ("Bassins", "national_basins", "geo-alt"),
        ("Candidatures", "candidacy_list", "signpost"),
        ("Modèles", "text_list", "file-earmark-text"),
        ("Repères", "reference_list", "rulers"),
        ("Personnes", "national_people", "people"),
    )
    return [
        {
            "label": label,
            "url": reverse(name),
            "icon": icon,
            "active": page == name,
        }
        for label, name, icon in entries
        if may_open(request.roles, name)
    ]


@require_safe
@access("national.read")
def national_home(request: HttpRequest) -> HttpResponse:
    """Six figures, what demands attention, the map (journeys.md A1)."""
    today = timezone.localdate()
    network = queries.network(year=today.year, on=today, reader=request.user)
    context = {
        "nav_items": navigation(request),
        "network": network,
        "figures": screen.figures(network, references_on(today)),
        "stuck": screen.stuck(stuck_work(), network),
        "may_retry": allows(request.roles, "work.retry"),
        "may_read_journal": allows(request.roles, "audit.read"),
        "stale_note": screen.stale_note(network),
        "alerts": screen.alerts(network, at_most=ALERTS_SHOWN),
        "alerts_count": sum(len(line.concerns) for line in network.lines),
        "map": screen.france(network),
        "basins": Action("Tous les bassins", reverse("national_basins"), icon="table"),
    }
    return render(request, "network/home.html", context)


@require_POST
@access("work.retry")
def work_retry(request: HttpRequest) -> HttpResponse:
    """Réessayer maintenant all the work that keeps failing, whatever the basin."""
    retry_stuck(by=request.user, at=timezone.now())
    messages.success(request, "Les travaux en attente sont relancés : rechargez la page sous peu.")
    return redirect("national_home")


@require_safe
@access("national.read")
def national_basins(request: HttpRequest) -> HttpResponse:
    """The basins side by side, sortable, with the totals of what is shown (journeys.md A2)."""
    today = timezone.localdate()
    years = queries.years_known(on=today)
    form = BasinFilter({"annee": today.year, **request.GET.dict()}, years=years)
    year = (form.cleaned_data.get("annee") if form.is_valid() else None) or today.year
    network = queries.network(year=year, on=today, reader=request.user)
    shown = form.keep(network.lines) if form.is_valid() else network.lines
    table = sorted_and_paged(request, BasinTable(network.of(shown), shown))
    may_export = allows(request.roles, "national.export")
    if "export" in request.GET and not may_export:
        raise PermissionDenied("Votre rôle ne permet pas d'exporter les chiffres du réseau.")
    download = export_of(
        request, table, name=f"{today.isoformat()}_ALIZE_bassins_{year}", filters=form
    )
    if download is not None:
        return download
    table.exports = export_links(request) if may_export else []
    context = {
        "nav_items": navigation(request),
        "breadcrumb": [Link("Tour de contrôle", reverse("national_home")), Link("Bassins", "")],
        "form": form,
        "clear_url": reverse("national_basins") if request.GET else "",
        "table": table,
        "action": Action("Opérateurs locaux", reverse("operator_list"), "buildings")
        if allows(request.roles, "operator.read")
        else None,
        "network": network,
        "stale_note": screen.stale_note(network.of(shown)),
        "year": year,
    }
    return render(request, "network/basins.html", context)
