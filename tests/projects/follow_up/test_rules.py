"""When a review is due, late, done."""

from datetime import date

import pytest

from projects.follow_up.rules import PointState, point_state

DUE = date(2026, 6, 12)


@pytest.mark.parametrize(
    ("on", "returned", "runs", "observed", "expected"),
    [
        (date(2026, 6, 1), False, True, True, PointState.COMING),
        (date(2026, 6, 2), False, True, True, PointState.DUE),
        (date(2026, 6, 27), False, True, True, PointState.DUE),
        (date(2026, 6, 28), False, True, True, PointState.LATE),
        (date(2027, 1, 1), True, True, True, PointState.DONE),
        (date(2026, 6, 1), True, False, False, PointState.DONE),
        (date(2026, 6, 1), False, False, True, PointState.COMING),
        (date(2026, 6, 28), False, False, True, PointState.DROPPED),
        (date(2026, 6, 1), False, False, False, PointState.DROPPED),
    ],
)
def test_point_state(on, returned, runs, observed, expected):
    state = point_state(due_on=DUE, returned=returned, runs=runs, observed=observed, on=on)
    assert state == expected
