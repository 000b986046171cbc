"""What every screen of the fund starts from: the day, the advance in scope, the breadcrumb."""

from datetime import date

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import parse_french_date
from alize.common.screen import Link
from basins.access import allows
from basins.homes import visitor_of
from funds import queries
from funds.models import Advance, Entry


def day_of(request: HttpRequest) -> date:
    """The day of `?au=2027-03-25`, or today when there is none that can be read."""
    try:
        return parse_french_date(request.GET.get("au", ""))
    except ValueError:
        return timezone.localdate()


def visible_advance(request: HttpRequest, **lookup: object) -> Advance:
    """The advance, when the person may see it.

    :raises Http404: it does not exist for them.
    """
    advances = queries.advances_visible_to(visitor_of(request))
    return get_object_or_404(advances, **lookup)


def visible_entry(request: HttpRequest, **lookup: object) -> Entry:
    """The entry, when the person may see its advance, or the ledger when it is about none.

    :raises Http404: it does not exist for them.
    """
    entries = Entry.objects.select_related("advance__project__beneficiary", "recorded_by")
    entry = get_object_or_404(entries, **lookup)
    if entry.advance_id is not None:
        visible_advance(request, pk=entry.advance_id)
    elif not allows(request.roles, "ledger.read"):
        raise Http404
    return entry


def breadcrumb(advance: Advance | None = None, page: str = "") -> list[Link]:
    """Accueil, Fonds, then the advance, then the page."""
    trail = [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Fonds", basin_reverse("fund_home") if advance or page else ""),
    ]
    if advance:
        url = basin_reverse("advance_detail", reference=advance.reference)
        trail.append(Link(advance.reference, url if page else ""))
    if page:
        trail.append(Link(page, ""))
    return trail
