"""What a written consultation may change, and when it may end (voting.md 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alize.common.dates import add_working_days

DAY_BEFORE = timedelta(days=1)
WHOLE = 100


def earliest_end(sent_on: date, min_days: int) -> date:
    """The first day that a consultation sent on a day may end, after so many working days."""
    return add_working_days(sent_on, min_days)


def reminder_times(sent_at: datetime, closes_at: datetime) -> tuple[datetime, ...]:
    """Half-way and the day before the end, in their order; one when they are the same moment."""
    half_way = sent_at + (closes_at - sent_at) / 2
    moments = {half_way, closes_at - DAY_BEFORE}
    return tuple(sorted(moment for moment in moments if moment > sent_at))


def is_limited_change(before: int, after: int, max_percent: int) -> bool:
    """Whether a number (cents, instalments) changes by no more than a share of what it was."""
    return WHOLE * abs(after - before) <= max_percent * before


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What is lent, and over how long."""

    amount: int
    """Cents."""
    lines: int
    """Instalments."""
    grace_months: int
    step_months: int = 1
    """Months from one instalment to the next."""

    def is_close_to(self, before: "Terms", max_percent: int) -> bool:
        """Whether neither the amount nor the schedule changes by more than a share."""
        return self.step_months == before.step_months and all(
            is_limited_change(old, new, max_percent)
            for old, new in (
                (before.amount, self.amount),
                (before.lines, self.lines),
                (before.lines + before.grace_months, self.lines + self.grace_months),
            )
        )
