"""The days when European banks settle payments (TARGET calendar, funds.md 2.2)."""

from datetime import date, timedelta

from alize.common.dates import SATURDAY, easter

FIXED_CLOSINGS = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
GOOD_FRIDAY, EASTER_MONDAY = -2, 1  # days after Easter


def is_target_closed(day: date) -> bool:
    """Tell whether no euro payment settles that day."""
    return (
        day.weekday() >= SATURDAY
        or (day.month, day.day) in FIXED_CLOSINGS
        or (day - easter(day.year)).days in (GOOD_FRIDAY, EASTER_MONDAY)
    )


def next_target_day(day: date) -> date:
    """Find the day when a payment due on ``day`` settles: that day if it is open, or the next."""
    while is_target_closed(day):
        day += timedelta(days=1)
    return day
