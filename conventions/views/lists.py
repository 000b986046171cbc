"""The conventions of the basin, and one of them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action, Link
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from conventions import queries
from conventions.forms import ConventionFilterForm
from conventions.models import CooperationConvention
from conventions.permissions.partnership import begin
from conventions.screen import convention_screen
from conventions.tables import ConventionTable, PartnershipTable


def visible_convention(request: HttpRequest, reference: str) -> CooperationConvention:
    """The convention of this reference, when the person may see it.

    :raises Http404: it does not exist for them.
    """
    conventions = queries.conventions_visible_to(visitor_of(request)).select_related("decision")
    return get_object_or_404(conventions, reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.read")
def convention_list(request: HttpRequest) -> HttpResponse:
    """What waits for its convention, then every convention of the basin."""
    visitor, form = visitor_of(request), ConventionFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = queries.convention_rows(
        queries.conventions_visible_to(visitor),
        search=asked.get("q", ""),
        status=asked.get("status", ""),
    )
    table = ConventionTable(rows)
    exported = nominal_export_of(request, table, name="conventions", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    table.is_filtered = any(asked.values())
    writes = allows(request.roles, "convention.write")
    here = basin_reverse("convention_list")
    partnerships = queries.partnership_rows(on=timezone.localdate())
    context = {
        "table": sorted_and_paged(request, table),
        "filter_form": form,
        "clear_url": here if any(asked.values()) else "",
        "partnerships": PartnershipTable(partnerships, orderable=False),
        "begin_url": basin_reverse("partnership_begin") if writes and begin.allows() else "",
        "waiting": queries.decisions_waiting(visitor) if writes else [],
        "breadcrumb": breadcrumb(),
        "clauses": [Action("Clauses locales", basin_reverse("clause_list"), "pencil-square")],
    }
    return render(request, "conventions/list.html", context)


@require_safe
@access("convention.read")
def convention_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """One convention: where it stands, who signs, its document."""
    convention = visible_convention(request, reference)
    context = {
        "convention": convention,
        "screen": convention_screen(convention, visitor_of(request)),
        "signers": queries.signer_lines(convention),
        "decided_on": long_date(convention.decision.decided_on),
        "breadcrumb": breadcrumb(convention),
    }
    return render(request, "conventions/detail.html", context)


def breadcrumb(convention: CooperationConvention | None = None, page: str = "") -> list[Link]:
    """Accueil, Conventions, then the convention, then the page."""
    trail = [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Conventions", basin_reverse("convention_list") if convention else ""),
    ]
    if convention:
        url = basin_reverse("convention_detail", reference=convention.reference)
        trail.append(Link(convention.reference, url if page else ""))
    if page:
        trail.append(Link(page, ""))
    return trail
