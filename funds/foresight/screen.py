"""What the pages that look ahead show: figures, pictures, sums line by line."""

from dataclasses import dataclass
from datetime import date

from alize.common import charts
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.money import format_euros, format_share
from alize.common.screen import Figure
from funds.rules import Capacity


def capacity_figure(capacity: Capacity, *, on: date) -> Figure:
    """What the committee may still grant, and the page that says why."""
    return Figure(
        "Capacité d'engagement",
        format_euros(capacity.amount),
        reference=f"{format_euros(capacity.committed)} accordés, pas encore versés",
        as_of=short_date(on),
        url=basin_reverse("fund_capacity"),
    )


@dataclass(frozen=True)
class SumLine:
    """One term of a sum, in cents, and the list behind it; or its result."""

    label: str
    cents: int
    url: str = ""
    is_total: bool = False


def capacity_sum(capacity: Capacity) -> list[SumLine]:
    """The capacity, term by term, in the month that limits it."""
    limiting = capacity.lowest
    until = [month for month in capacity.months if month.ends_on <= limiting.ends_on]
    counted = sum(month.counted for month in until)
    expected = sum(month.expected for month in until)
    given_back = sum(month.restituted for month in until)
    end, share = short_date(limiting.ends_on), format_share(capacity.haircut)
    return [
        SumLine("Trésorerie du fonds", capacity.cash),
        SumLine("Accordé par le comité, pas encore versé", -capacity.committed),
        SumLine(f"Remboursements attendus jusqu'au {end}", expected),
        SumLine(f"Décote de {share} sur ces remboursements", counted - expected),
        SumLine(f"À rendre aux financeurs jusqu'au {end}", -given_back),
        SumLine("Réserve", -capacity.reserve),
        SumLine("Capacité d'engagement", capacity.amount, is_total=True),
    ]


def capacity_curve(capacity: Capacity, *, on: date) -> charts.Curve:
    """What is free at the end of each of the twelve months."""
    points = [charts.Point(month.ends_on, month.free) for month in capacity.months]
    return charts.curve(
        points,
        title=f"Ce qui reste libre sur le compte après le {long_date(on)}",
        as_of=on,
        marks_lowest=True,
    )
