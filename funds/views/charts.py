"""Fonds › Comptabilité › Plan de comptes: what the accounts are called outside."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import short_date
from alize.common.exports import export_links, export_of
from alize.common.http import basin_redirect, form_status, key_in, refusals_in
from alize.common.screen import Action
from basins.access import allows
from funds import operations, queries
from funds.forms import ChartForm, YearForm
from funds.models import Chart
from funds.queries.charts import chart_of, chart_rows, last_chart
from funds.tables import ChartTable
from funds.views.accounting import tabs
from funds.views.scope import breadcrumb


@require_safe
@access("ledger.read")
def account_chart(request: HttpRequest) -> HttpResponse:
    """The accounts, and what they are called outside in a year."""
    year = timezone.localdate().year
    form = YearForm(request.GET if "year" in request.GET else None, initial={"year": year})
    if form.is_valid():
        year = form.cleaned_data["year"]
    chart = chart_of(year)
    table = ChartTable(chart_rows(chart))
    exported = export_of(request, table, name=f"plan_de_comptes_{year}", filters=form)
    if exported is not None:
        return exported
    table.exports = export_links(request)
    change = Action("Modifier les numéros", basin_reverse("account_chart_change"), icon="pencil")
    context = {
        "title": f"Plan de comptes {year}",
        "lead": _said(chart),
        "tabs": tabs("account_chart"),
        "filter_form": form,
        "table": table,
        "action": change if allows(request.roles, "ledger.chart") else None,
        "breadcrumb": breadcrumb(page="Plan de comptes"),
    }
    return render(request, "funds/accounting.html", context)


def _said(chart: Chart | None) -> str:
    if chart is None:
        return (
            "Le FEC et la balance portent les numéros d'Alizé, tant que votre comptable n'en "
            "donne pas d'autres."
        )
    since = f" depuis l'exercice {chart.since_year}" if chart.since_year else ""
    return (
        f"Le FEC et la balance portent les numéros de l'association{since}, donnés par "
        f"{chart.recorded_by.full_name} le {short_date(timezone.localdate(chart.recorded_at))}."
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("ledger.chart", fresh=True)
def account_chart_change(request: HttpRequest) -> HttpResponse:
    """Donner aux comptes les numéros de l'association, for the years that are not closed."""
    last = last_chart()
    form = ChartForm(request.POST or None, rows=chart_rows(last))
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.change_chart(
                numbers=form.numbers(),
                seen=key_in(request.POST.get("mark", "")),
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, "Le plan de comptes est enregistré.")
            return basin_redirect("account_chart")
        status = outcome.status
    context = {
        "title": "Numéros de l'association",
        "lead": f"{_held()} Dans Alizé, rien ne change : seuls le FEC et la balance portent ces "
        "numéros.",
        "form": form,
        "mark": last.pk if last else "",
        "back": basin_reverse("account_chart"),
        "breadcrumb": breadcrumb(page="Numéros de l'association"),
    }
    return render(request, "funds/chart.html", context, status=status)


def _held() -> str:
    closed = queries.closed_on()
    if closed is None:
        return "Aucun exercice n'est clôturé : ces numéros valent pour tous."
    return (
        "Ces numéros valent pour les exercices qui ne sont pas clôturés ; un exercice clôturé au "
        f"{short_date(closed)} ou avant garde les siens."
    )
