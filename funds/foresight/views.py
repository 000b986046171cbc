"""The figures of the fund and what they foretell: capacity, simulator, risk, settings."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.exports import export_links, export_of
from alize.common.http import basin_redirect, refusals_in
from basins.access import allows
from funds import operations, queries
from funds.foresight import figures, papers, screen, simulation
from funds.foresight.forms import SettingsForm, SimulatorForm
from funds.foresight.tables import (
    AgeTable,
    CapacityTable,
    RiskTable,
    SimulationTable,
    SumTable,
)
from funds.forms import DayForm
from funds.views.scope import breadcrumb, day_of


@require_safe
@access("fund.read")
def fund_capacity(request: HttpRequest) -> HttpResponse:
    """La capacité d'engagement: what the committee may still grant, and why."""
    on = day_of(request)
    book = queries.outlook(on=on)
    capacity = queries.capacity_of(book, queries.fund_settings())
    table, terms = CapacityTable(capacity.months), screen.capacity_sum(capacity)
    exported = export_of(
        request, table, SumTable(terms), name=f"capacite_{on.isoformat()}", as_of=on
    )
    if exported is not None:
        return exported
    table.exports = export_links(request, book=True)
    context = {
        "as_of": on,
        "capacity": capacity,
        "terms": terms,
        "of_others": book.fund.of_others,
        "curve": screen.capacity_curve(capacity, on=on),
        "table": table,
        "may_set": allows(request.roles, "fund.settings"),
        "breadcrumb": breadcrumb(page="Capacité d'engagement"),
    }
    return render(request, "funds/capacity.html", context)


@require_safe
@access("fund.read")
def fund_simulator(request: HttpRequest) -> HttpResponse:
    """Le simulateur: the fund of the years to come, from the real book or from cruise."""
    on = timezone.localdate()
    form = SimulatorForm(request.GET)
    context = {"form": form, "as_of": on, "breadcrumb": breadcrumb(page="Simulateur")}
    if form.is_valid():
        start = queries.start_of(queries.outlook(on=on))
        found = simulation.simulate(form.scenario(start, on=on))
        table = SimulationTable(list(found.lines()))
        exported = export_of(request, table, name=f"simulation_{on.isoformat()}", as_of=on)
        if exported is not None:
            return exported
        if request.GET.get("export") == "pdf":
            return _paper(papers.simulation_paper(form, found, on=on), papers.name_of(on))
        table.exports = export_links(request)
        context |= {
            "paper_url": f"?{urlencode({**request.GET.dict(), 'export': 'pdf'})}",
            "figures": simulation.figures(found),
            "facts": simulation.facts(found),
            "curve": simulation.picture(found),
            "table": table,
        }
    return render(request, "funds/simulator.html", context)


def _paper(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@require_safe
@access("fund.read")
def fund_figures(request: HttpRequest) -> HttpResponse:
    """Les chiffres du fonds: delays, risk, provision, losses, and that it adds up."""
    on = day_of(request)
    settings = queries.fund_settings()
    fund, by_advance = queries.portfolio(on=on)
    standings = by_advance.values()
    ages = AgeTable(figures.age_rows(standings, settings, on=on))
    risks = RiskTable(figures.risk_rows(standings, on=on))
    identity = figures.identity(fund, on=on)
    sides = SumTable([*identity.held, *identity.brought])
    exported = export_of(request, ages, risks, sides, name=f"chiffres_{on.isoformat()}", as_of=on)
    if exported is not None:
        return exported
    ages.exports = export_links(request, book=True)
    context = {
        "as_of": on,
        "is_to_come": on > timezone.localdate(),
        "figures": figures.portfolio_figures(fund, standings, settings, on=on),
        "ages": ages,
        "risks": risks,
        "identity": identity,
        "day_form": DayForm(request.GET if "au" in request.GET else None, initial={"au": on}),
        "may_set": allows(request.roles, "fund.settings"),
        "may_provide": allows(request.roles, "provision.book"),
        "breadcrumb": breadcrumb(page="Chiffres"),
    }
    return render(request, "funds/figures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@access("fund.settings")
def fund_settings(request: HttpRequest) -> HttpResponse:
    """Les réglages du fonds."""
    form = SettingsForm(request.POST or None, row=queries.fund_settings())
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            asked = {**form.values(), "by": request.user, "at": timezone.now()}
            operations.save_settings(mark=form.cleaned_data["mark"], **asked)
        if outcome.accepted:
            messages.success(request, "Les réglages du fonds sont enregistrés.")
            return basin_redirect("fund_capacity")
        status = outcome.status
    context = {
        "form": form,
        "back": basin_reverse("fund_capacity"),
        "breadcrumb": breadcrumb(page="Réglages"),
    }
    return render(request, "funds/settings.html", context, status=status)
