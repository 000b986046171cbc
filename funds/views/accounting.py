"""Fonds › Comptabilité: the journals, the balance of the accounts, the closing of a period."""

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.exports import export_links, export_of
from alize.common.http import basin_redirect, form_status, refusals_in
from alize.common.screen import Action, Confirmation, Tab
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from funds import operations, queries
from funds.enums import AccountKey
from funds.forms import ClosingForm, JournalFilterForm, LedgerForm, PeriodForm
from funds.models import Account, Closing
from funds.queries.closing import left_before_closing
from funds.screen import ledger_figures
from funds.tables import AccountTable, ClosingTable, LedgerTable, PostingTable
from funds.views.scope import breadcrumb

_PAGES = (
    ("Journaux", "journal"),
    ("Balance", "account_balance"),
    ("Grand livre", "general_ledger"),
    ("Plan de comptes", "account_chart"),
    ("Clôtures", "closing_list"),
    ("FEC", "fec_export"),
)


def tabs(active: str) -> list[Tab]:
    return [Tab(label, basin_reverse(name), active=name == active) for label, name in _PAGES]


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def journal(request: HttpRequest) -> HttpResponse:
    """The lines of the journals, filtered; what is filtered is what is exported."""
    form = JournalFilterForm(request.GET, accounts=Account.objects.all())
    asked = form.cleaned_data if form.is_valid() else {}
    lines = queries.journal_lines(
        since=asked.get("since"),
        until=asked.get("until"),
        journal=asked.get("journal", ""),
        account=asked.get("account", ""),
        words=asked.get("q", ""),
    )
    may_reverse = allows(request.roles, "reversal.ask")
    table = PostingTable(lines, may_reverse=may_reverse)
    exported = nominal_export_of(request, table, name="journaux", filters=form)
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    table.is_filtered = any(asked.values())
    context = {
        "title": "Comptabilité",
        "lead": "Les écritures des deux comptes, dans l'ordre de leur enregistrement.",
        "tabs": tabs("journal"),
        "figures": ledger_figures(on=timezone.localdate(), totals=queries.totals_of(lines)),
        "filter_form": form,
        "clear_url": basin_reverse("journal") if table.is_filtered else "",
        "table": sorted_and_paged(request, table),
        "breadcrumb": breadcrumb(page="Comptabilité"),
    }
    return render(request, "funds/accounting.html", context)


@require_safe
@access("ledger.read")
def account_balance(request: HttpRequest) -> HttpResponse:
    """The balance of the accounts over a period, this year unless another is asked."""
    today = timezone.localdate()
    since, until = date(today.year, 1, 1), today
    form = PeriodForm(
        request.GET if "since" in request.GET else None, initial={"since": since, "until": until}
    )
    if form.is_valid():
        since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    rows = queries.balance_rows(since=since, until=until)
    ours = all(row.outside == row.code for row in rows)
    table = AccountTable(rows, exclude=("outside",) if ours else ())
    exported = export_of(
        request, table, name=f"balance_{until.isoformat()}", as_of=until, filters=form
    )
    if exported is not None:
        return exported
    table.exports = export_links(request)
    context = {
        "title": "Balance des comptes",
        "lead": f"Du {long_date(since)} au {long_date(until)}, en dates comptables.",
        "tabs": tabs("account_balance"),
        "filter_form": form,
        "table": table,
        "breadcrumb": breadcrumb(page="Balance des comptes"),
    }
    return render(request, "funds/accounting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def general_ledger(request: HttpRequest) -> HttpResponse:
    """The general ledger: one account line after line, with what it holds after each."""
    today = timezone.localdate()
    accounts = list(Account.objects.all())
    asked = {"account": AccountKey.FUND_BANK, "since": date(today.year, 1, 1), "until": today}
    form = LedgerForm(
        request.GET if "account" in request.GET else None, initial=asked, accounts=accounts
    )
    if form.is_valid():
        asked = form.cleaned_data
    account = next(one for one in accounts if one.key == asked["account"])
    since, until = asked["since"], asked["until"]
    table = LedgerTable(queries.ledger_rows(account=account, since=since, until=until))
    table.caption = f"Grand livre {account.code}"
    exported = nominal_export_of(
        request, table, name=f"grand_livre_{account.code}", as_of=until, filters=form
    )
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    context = {
        "title": "Grand livre",
        "lead": f"{account}, du {long_date(since)} au {long_date(until)}, en dates comptables.",
        "tabs": tabs("general_ledger"),
        "filter_form": form,
        "table": sorted_and_paged(request, table),
        "breadcrumb": breadcrumb(page="Grand livre"),
    }
    return render(request, "funds/accounting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.read")
def closing_list(request: HttpRequest) -> HttpResponse:
    """The periods closed, the last first."""
    table = ClosingTable(Closing.objects.select_related("recorded_by"))
    exported = nominal_export_of(request, table, name="clotures")
    if exported is not None:
        return exported
    table.exports = nominal_export_links(request)
    close = Action("Clôturer une période", basin_reverse("closing_create"), icon="lock")
    context = {
        "title": "Clôtures",
        "lead": "Une période clôturée ne reçoit plus d'écriture ; "
        "une erreur s'y corrige par une écriture de la période ouverte.",
        "tabs": tabs("closing_list"),
        "table": table,
        "action": close if allows(request.roles, "ledger.close") else None,
        "breadcrumb": breadcrumb(page="Clôtures"),
    }
    return render(request, "funds/accounting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.close", fresh=True)
def closing_create(request: HttpRequest) -> HttpResponse:
    """Clôturer une période, after its effects are restated."""
    today = timezone.localdate()
    form = ClosingForm(
        request.POST or None,
        initial={"closed_on": date(today.year - 1, 12, 31)},
        left_on=left_before_closing,
    )
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.close_period(by=request.user, at=timezone.now(), **form.cleaned_data)
        if outcome.accepted:
            messages.success(request, "La période est clôturée.")
            return basin_redirect("closing_list")
        status = outcome.status
    known = queries.closed_on()
    confirmation = Confirmation(
        title="Clôturer une période",
        effects=[
            f"Les comptes sont déjà clôturés au {long_date(known)}."
            if known
            else "Rien n'est encore clôturé.",
            "Aucune écriture ne s'inscrit plus à la date choisie ni avant.",
            "Une clôture ne se défait pas.",
        ],
        label="Clôturer",
        back_url=basin_reverse("closing_list"),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": breadcrumb(page="Clôturer une période"),
    }
    return render(request, "funds/confirm.html", context, status=status)
