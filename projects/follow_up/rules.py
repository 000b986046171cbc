"""When a follow-up review is due, late or done: pure, the day is given (journeys.md O7)."""

from datetime import date, timedelta
from enum import StrEnum

from alize.common.dates import add_months

ASKED_DAYS_BEFORE = 10
GRACE_DAYS = 15
"""A review is late once these days have passed since it was due (kpis.md K27)."""

CARRIED_MONTHS = 12
"""How long what a review saw stays known; afterwards it is unknown, never zero (kpis.md 7.0)."""

ASKS = (-ASKED_DAYS_BEFORE, 0, GRACE_DAYS)
"""Days from the due date when the follow-up lead is written to (M16)."""


class PointState(StrEnum):
    """État d'un point de suivi, as the grid shows it."""

    COMING = "COMING"
    DUE = "DUE"
    LATE = "LATE"
    DONE = "DONE"
    DROPPED = "DROPPED"


def is_still_known(seen_on: date, *, closed_on: date | None, as_of: date) -> bool:
    """Whether what a review saw is still known; closing its project stops the clock."""
    judged_on = as_of if closed_on is None else min(closed_on, as_of)
    return add_months(seen_on, CARRIED_MONTHS) >= judged_on


def point_state(
    *, due_on: date, returned: bool, runs: bool, observed: bool, on: date
) -> PointState:
    """Where a review stands.

    It is late while its project runs. A closed project is still observed: a review to come is
    asked for, one that does not come is dropped.
    """
    if returned:
        return PointState.DONE
    if not observed:
        return PointState.DROPPED
    if on < due_on - timedelta(days=ASKED_DAYS_BEFORE):
        return PointState.COMING
    if on <= due_on + timedelta(days=GRACE_DAYS):
        return PointState.DUE
    return PointState.LATE if runs else PointState.DROPPED
