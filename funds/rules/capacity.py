"""What the committee may still grant, seen from the year ahead (funds.md 2.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from alize.common.dates import add_months

AHEAD = 12
WHOLE = 10_000
DEFAULT_HAIRCUT = 1_000
"""Basis points of the expected repayments that are not counted on."""
DEFAULT_RESERVE = 0


@dataclass(frozen=True)
class CapacityMonth:
    """Today, or the end of one of the months ahead, and what is free then; amounts in cents."""

    ends_on: date
    expected: int
    """Repayments of the month, in full; none today."""
    counted: int
    """What is counted of them."""
    restituted: int
    free: int


@dataclass(frozen=True)
class Capacity:
    """Capacité d'engagement: the least that is free from today on, less the reserve."""

    cash: int
    committed: int
    reserve: int
    haircut: int
    months: tuple[CapacityMonth, ...]
    """Today first, as month 0."""

    @property
    def lowest(self) -> CapacityMonth:
        """The month that limits what may be granted."""
        return min(self.months, key=lambda month: month.free)

    @property
    def amount(self) -> int:
        """What may be granted; below zero, what was granted too much."""
        return self.lowest.free - self.reserve


def commitment_capacity(
    *,
    on: date,
    cash: int,
    committed: int,
    dues: Iterable[tuple[date, int]],
    restitutions: Sequence[tuple[date, int]] = (),
    haircut: int = DEFAULT_HAIRCUT,
    reserve: int = DEFAULT_RESERVE,
) -> Capacity:
    """Look twelve months ahead: the cash, what is expected back less a haircut, what is promised.

    What is late already is not expected: only the lines due after the day are. What should have
    gone back to funders by the day leaves today.

    :param dues: the lines not paid yet, each with its date.
    :param restitutions: what goes back to funders, each with its date.
    :param haircut: basis points of the repayments that are not counted on.
    """
    ends = [add_months(on, rank) for rank in range(AHEAD + 1)]
    coming = _by_month(dues, ends)
    given_back = _by_month(restitutions, ends)
    at_once = sum(cents for back_on, cents in restitutions if back_on <= on)
    expected, counted, free = 0, 0, cash - committed - at_once
    months = [CapacityMonth(on, 0, 0, at_once, free)]
    for end, due, restituted in zip(ends[1:], coming, given_back, strict=True):
        expected += due
        # The cents of the haircut add up over the year, not month by month.
        part = expected * (WHOLE - haircut) // WHOLE - counted
        counted += part
        free += part - restituted
        months.append(CapacityMonth(end, due, part, restituted, free))
    return Capacity(cash, committed, reserve, haircut, tuple(months))


def _by_month(dues: Iterable[tuple[date, int]], ends: Sequence[date]) -> list[int]:
    amounts = [0] * (len(ends) - 1)
    for due_on, cents in dues:
        if ends[0] < due_on <= ends[-1]:
            amounts[next(rank for rank, end in enumerate(ends[1:]) if due_on <= end)] += cents
    return amounts
