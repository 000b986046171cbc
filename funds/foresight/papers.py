"""The simulation on paper, for partners to look at together."""

from datetime import date

from django.template.loader import render_to_string

from alize.common.money import format_whole_euros
from alize.documents import pdf
from alize.documents.imprint import Imprint, file_name, issuer
from funds.foresight import simulation
from funds.foresight.forms import SimulatorForm

KIND = "simulation"


def imprint_of(on: date) -> Imprint:
    """It is laid out when it is asked for and not kept: its address makes the same again."""
    return Imprint(
        issuer=issuer(),
        title="Simulation du fonds",
        reference=f"SIM-{on:%Y%m%d}",
        version=1,
        as_of=on,
        is_draft=False,
    )


def name_of(on: date) -> str:
    """What its file is called."""
    return file_name(imprint_of(on), kind=KIND, extension="pdf", with_reference=False)


def simulation_paper(form: SimulatorForm, found: simulation.Simulation, *, on: date) -> bytes:
    """The conditions that were chosen, the figures, the picture and the table.

    :raises RenderFailed: the layout took too much.
    """
    context = {
        "imprint": imprint_of(on),
        "conditions": form.conditions(),
        "figures": [
            (figure.value, f"{figure.label}, {figure.reference}")
            for figure in simulation.figures(found)
        ],
        "facts": simulation.facts(found),
        "curve": simulation.picture(found),
        "months": [_month(line) for line in found.lines()],
    }
    return pdf.render(render_to_string("pdf/simulation.html", context))


def _month(line: simulation.Line) -> tuple[date, list[str]]:
    amounts = (
        line.paid,
        line.received,
        line.added,
        line.cash,
        line.low,
        line.high,
        line.stock,
        line.losses,
    )
    return line.ends_on, [format_whole_euros(cents) for cents in amounts]
