"""The pages that look ahead: capacity, simulator."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alize.common.access import access
from alize.common.exports import export_links, export_of
from funds import queries
from funds.foresight import screen, simulation
from funds.foresight.forms import SimulatorForm
from funds.foresight.tables import CapacityTable, SimulationTable
from funds.views.scope import breadcrumb, day_of


@require_safe
@access("fund.read")
def fund_capacity(request: HttpRequest) -> HttpResponse:
    """La capacité d'engagement: what the committee may still grant, and why."""
    on = day_of(request)
    capacity = queries.capacity_of(queries.outlook(on=on))
    table = CapacityTable(capacity.months)
    exported = export_of(request, table, name=f"capacite_{on.isoformat()}")
    if exported is not None:
        return exported
    table.exports = export_links(request)
    context = {
        "as_of": on,
        "capacity": capacity,
        "terms": screen.capacity_sum(capacity),
        "curve": screen.capacity_curve(capacity, on=on),
        "table": table,
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
        exported = export_of(request, table, name=f"simulation_{on.isoformat()}")
        if exported is not None:
            return exported
        table.exports = export_links(request)
        context |= {
            "figures": simulation.figures(found),
            "facts": simulation.facts(found),
            "curve": simulation.picture(found),
            "table": table,
        }
    return render(request, "funds/simulator.html", context)
