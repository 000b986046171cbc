"""The position of the fund and its advances."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from funds import queries
from funds.foresight.screen import capacity_figure
from funds.forms import FundFilterForm
from funds.models import Advance
from funds.rules import PositionStatus, bucket_of
from funds.screen import fund_figures
from funds.tables import AdvanceTable
from funds.views.scope import breadcrumb, day_of

_STANDINGS = {
    "RUNNING": {PositionStatus.IN_GRACE, PositionStatus.CURRENT, PositionStatus.LATE},
    "GRANTED": {PositionStatus.GRANTED},
    "SETTLED": {PositionStatus.SETTLED},
}
_AMOUNTS = {"LATE": "arrears", "LOSS": "written_off", "OVERPAID": "overpaid"}
"""The amount that the figure above the list counts, whatever the status of an advance."""


@require_http_methods(["GET", "HEAD", "POST"])
@access("fund.read")
def fund_home(request: HttpRequest) -> HttpResponse:
    """The figures of the fund on a day, for all; the advances one by one for those who see them."""
    on = day_of(request)
    granted = Advance.objects.filter(granted_on__lte=on).select_related("project__beneficiary")
    advances = list(granted)
    standings = queries.standings_of(advances, on=on)
    form = FundFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    position = queries.position_of(queries.granted(advances, on=on), standings, on=on)
    book = queries.outlook_of(advances, standings, position, on=on)
    capacity = queries.capacity_of(book, queries.fund_settings())
    context = {
        "figures": [*fund_figures(position, on=on), capacity_figure(capacity, on=on)],
        "as_of": on,
        "filter_form": form,
        "clear_url": basin_reverse("fund_home") if any(asked.values()) else "",
        "may_account": allows(request.roles, "ledger.read"),
        "may_bank": allows(request.roles, "bank.read"),
        "may_remind": allows(request.roles, "reminder.send"),
        "may_record": allows(request.roles, "contribution.record"),
        "breadcrumb": breadcrumb(),
    }
    if allows(request.roles, "advance.read"):
        visible = queries.advances_visible_to(visitor_of(request))
        seen = set(visible.values_list("pk", flat=True))
        rows = queries.advance_rows((one for one in advances if one.pk in seen), standings, on=on)
        given_up = any(row.renounced for row in rows)
        table = AdvanceTable(_shown(rows, asked), exclude=() if given_up else ("renounced",))
        exported = nominal_export_of(
            request, table, name=f"avances_{on.isoformat()}", as_of=on, filters=form
        )
        if exported is not None:
            return exported
        table.exports = nominal_export_links(request)
        table.is_filtered = any(asked.values())
        context["table"] = sorted_and_paged(request, table)
    if on != timezone.localdate():
        context["day"] = short_date(on)
    return render(request, "funds/home.html", context)


def _shown(rows: list[queries.AdvanceRow], asked: dict) -> list[queries.AdvanceRow]:
    """The rows that the filters leave."""
    words, status = str(asked.get("q", "")).casefold(), str(asked.get("status", ""))
    shown = _STANDINGS.get(status, set(PositionStatus))
    return [
        row
        for row in rows
        if row.standing in shown
        and (status not in _AMOUNTS or getattr(row, _AMOUNTS[status]))
        and _is_late_as(row, str(asked.get("retard", "")))
        and (words in row.company.casefold() or words in row.reference.casefold())
    ]


def _is_late_as(row: queries.AdvanceRow, asked: str) -> bool:
    """Whether an advance is in the bucket, or beyond the days, that the filter names."""
    if not asked:
        return True
    if not row.held:
        return False
    if asked == "RESTRUCTURED":
        return row.restructured
    if asked.startswith("PAR"):
        return row.days_late > int(asked.removeprefix("PAR"))
    return bucket_of(row.days_late) == int(asked.removeprefix("B"))
