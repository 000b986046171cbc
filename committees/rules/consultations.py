"""What a written consultation may change, and when it may end (voting.md 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from alize.common.dates import add_working_days

DAY_BEFORE = timedelta(days=1)
WHOLE = 100
Number = TypeVar("Number", int, Decimal)


def earliest_end(sent_on: date, min_days: int) -> date:
    """The first day that a consultation sent on a day may end, after so many working days."""
    return add_working_days(sent_on, min_days)


def reminder_times(sent_at: datetime, closes_at: datetime) -> tuple[datetime, ...]:
    """Half-way and the day before the end, in their order; one when they are the same moment."""
    half_way = sent_at + (closes_at - sent_at) / 2
    moments = {half_way, closes_at - DAY_BEFORE}
    return tuple(sorted(moment for moment in moments if moment > sent_at))


def is_limited_change(before: Number, after: Number, max_percent: int) -> bool:
    """Whether a number (cents, instalments, days) changes by no more than a share of it."""
    return WHOLE * abs(after - before) <= max_percent * before


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is lent, over how long, what is given in skills, and who follows it up."""

    amount: int
    """Cents."""
    lines: int
    """Instalments."""
    grace_months: int
    step_months: int = 1
    """Months from one instalment to the next."""
    days: frozenset[tuple[int, Decimal]] = frozenset()
    """Of skills, by partner."""
    lead: int | None = None

    @property
    def days_in_all(self) -> Decimal:
        """The days of skills of every partner."""
        return sum((days for _, days in self.days), start=Decimal())

    def is_close_to(self, before: "Terms", max_percent: int) -> bool:
        """Whether neither the amount, the schedule nor the days change by more than a share."""
        if not is_limited_change(before.days_in_all, self.days_in_all, max_percent):
            return False
        return self.step_months == before.step_months and all(
            is_limited_change(old, new, max_percent)
            for old, new in (
                (before.amount, self.amount),
                (before.lines, self.lines),
                (before.lines + before.grace_months, self.lines + self.grace_months),
            )
        )
