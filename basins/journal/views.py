"""« Journal »: what each did in a basin or in the network, for those who may read it (2.2)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.exports import asked_for
from alize.common.screen import Link
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.journal.events import events_kept
from basins.journal.forms import EventFilter
from basins.journal.words import WORDS
from basins.tables import EventTable


@require_http_methods(["GET", "HEAD", "POST"])
@access("journal.read")
def event_list(request: HttpRequest) -> HttpResponse:
    """The journal of the basin; a member of the committee reads their own acts there."""
    reads_all = allows(request.roles, "audit.read")
    return journal_page(
        request,
        lead=f"Ce que chacun a fait dans le bassin {request.basin.name}, le plus récent d'abord."
        if reads_all
        else f"Ce que vous avez fait dans le bassin {request.basin.name}.",
        own=not reads_all,
        registers_url=basin_reverse("register_list") if reads_all else "",
        breadcrumb=[
            Link("Accueil", basin_reverse("basin_home")),
            Link("Réglages", basin_reverse("people_list")),
            Link("Journal", ""),
        ],
    )


def journal_page(
    request: HttpRequest, *, lead: str, registers_url: str, own: bool = False, **around: Any
) -> HttpResponse:
    """The journal of the current schema, filtered; what is filtered is what control exports.

    :raises PermissionDenied: somebody else asks for a file.
    """
    may_export = allows(request.roles, "journal.export")
    if asked_for(request) and not may_export:
        raise PermissionDenied("Seul le contrôle exporte le journal.")
    form = EventFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    events = events_kept(
        kinds=WORDS.get(asked.get("about", ""), ()),
        since=asked.get("since"),
        until=asked.get("until"),
        name=asked.get("name", "").strip(),
        by=request.user if own else None,
    )
    table = EventTable(events)
    exported = nominal_export_of(request, table, name="journal", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request) if may_export else []
    table.is_filtered = any(asked.values())
    context = {
        **around,
        "lead": lead,
        "registers_url": registers_url,
        "filter_form": form,
        "clear_url": request.path if table.is_filtered else "",
        "table": sorted_and_paged(request, table),
    }
    return render(request, "basins/journal.html", context)
