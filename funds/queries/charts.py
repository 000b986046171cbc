"""What the accounts are called outside, year by year."""

from dataclasses import dataclass
from typing import NamedTuple

from funds.bank.fec import FORWARD
from funds.models import Account, Chart, ChartLine

OF_ALL = "Tous"
"""The perimeter of what earlier years left: a result is that of the whole."""
OPENING = "Ouverture de l'exercice"
"""Where a chart has the accounts that only open a year."""


class Outside(NamedTuple):
    """The number and the label of an account in the books of the association."""

    code: str
    label: str


@dataclass(frozen=True)
class ChartRow:
    """One account: what it is here, what it is called outside."""

    perimeter: str
    inside: str
    inside_label: str
    code: str
    label: str


def chart_of(year: int) -> Chart | None:
    """The chart in force for a year; none when the accounts leave under our own numbers."""
    return Chart.objects.filter(since_year__lte=year).select_related("recorded_by").last()


def last_chart() -> Chart | None:
    """The chart of the years to come."""
    return Chart.objects.last()


def numbers_of(chart: Chart | None) -> dict[str, Outside]:
    """What each account is called under a chart, by its number here."""
    lines = ChartLine.objects.filter(chart=chart).values_list("inside", "code", "label")
    known = {inside: Outside(code, label) for inside, code, label in lines}
    return {row.inside: Outside(row.inside, row.inside_label) for row in _ours()} | known


def numbers_in(year: int) -> dict[str, Outside]:
    """What each account is called in a year, by its number here."""
    return numbers_of(chart_of(year))


def chart_rows(chart: Chart | None) -> list[ChartRow]:
    """Every account with what it is called under a chart, those that open a year last."""
    numbers = numbers_of(chart)
    return [
        ChartRow(row.perimeter, row.inside, row.inside_label, *numbers[row.inside])
        for row in _ours()
    ]


def _ours() -> list[ChartRow]:
    accounts = Account.objects.order_by("perimeter", "code")
    return [
        *(
            ChartRow(one.get_perimeter_display(), one.code, one.label, one.code, one.label)
            for one in accounts
        ),
        *(ChartRow(OPENING, one.code, one.label, one.code, one.label) for one in FORWARD),
    ]
