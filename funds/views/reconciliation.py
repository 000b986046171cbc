"""Fonds › Banque › État de rapprochement: both balances of an account on any day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.tables import sorted_and_paged
from basins.exports import nominal_export_links, nominal_export_of
from funds.bank_tables import NotEnteredTable, NotShownTable, ReconciliationTable
from funds.forms import DayForm
from funds.models import BankAccount
from funds.queries.reconciliation import reconciliation
from funds.reconciliation_screen import gap_badge, reconciliation_sum, unseen_rows
from funds.views.bank import trail
from funds.views.scope import day_of


@require_http_methods(["GET", "HEAD", "POST"])
@access("bank.read")
def bank_reconciliation(request: HttpRequest, account_id: int) -> HttpResponse:
    """État de rapprochement, on the day asked or the last one of the statements."""
    account = get_object_or_404(BankAccount, pk=account_id)
    asked = day_of(request) if "au" in request.GET else None
    found = reconciliation(account, on=asked)
    on = found.on if found else asked or timezone.localdate()
    terms = reconciliation_sum(found) if found else []
    lines = NotEnteredTable(found.lines if found else [])
    entries = NotShownTable(unseen_rows(found) if found else [])
    name = f"rapprochement_{account.perimeter.lower()}_{on.isoformat()}"
    exported = nominal_export_of(
        request, ReconciliationTable(terms), lines, entries, name=name, as_of=on
    )
    if exported is not None:
        return exported
    context = {
        "account": account,
        "as_of": on,
        "found": found,
        "terms": terms,
        "badge": gap_badge(found) if found else None,
        "lines": sorted_and_paged(request, lines),
        "entries": entries,
        "exports": nominal_export_links(request, book=True),
        "day_form": DayForm(request.GET if "au" in request.GET else None, initial={"au": on}),
        "breadcrumb": trail(account, "État de rapprochement"),
    }
    return render(request, "funds/bank/reconciliation.html", context)
