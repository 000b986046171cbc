"""When a follow-up review is due, late or done: pure, the day is given (journeys.md O7)."""

from datetime import date, timedelta
from enum import StrEnum

ASKED_DAYS_BEFORE = 10
GRACE_DAYS = 15
"""A review is late once these days have passed since it was due (kpis.md K27)."""

ASKS = (-ASKED_DAYS_BEFORE, 0, GRACE_DAYS)
"""Days from the due date when the follow-up lead is written to (M16)."""


class PointState(StrEnum):
    """État d'un point de suivi, as the grid shows it."""

    COMING = "COMING"
    DUE = "DUE"
    LATE = "LATE"
    DONE = "DONE"
    DROPPED = "DROPPED"


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
