"""Every allowed pair of the committee's states, written by hand."""

from itertools import product

import pytest

from alize.common.errors import ActionDenied
from committees.enums import (
    BALLOT_TRANSITIONS,
    MEETING_TRANSITIONS,
    MINUTES_TRANSITIONS,
    BallotStatus,
    MeetingStatus,
    MinutesStatus,
)

TABLES = [
    (
        MEETING_TRANSITIONS,
        MeetingStatus,
        {
            ("PLANNED", "CONVENED"),
            ("PLANNED", "CANCELLED"),
            ("CONVENED", "OPEN"),
            ("CONVENED", "CANCELLED"),
            ("OPEN", "HELD"),
        },
    ),
    (
        BALLOT_TRANSITIONS,
        BallotStatus,
        {
            ("OPEN", "CLOSED"),
            ("OPEN", "CANCELLED"),
            ("CLOSED", "PROCLAIMED"),
        },
    ),
    (
        MINUTES_TRANSITIONS,
        MinutesStatus,
        {("DRAFT", "SENT"), ("SENT", "SIGNED"), ("SENT", "DRAFT")},
    ),
]
CASES = [
    (table, current, target, (current.value, target.value) in allowed)
    for table, statuses, allowed in TABLES
    for current, target in product(statuses, repeat=2)
]


@pytest.mark.parametrize(("table", "current", "target", "allowed"), CASES)
def test_a_state_follows_another_only_where_the_table_says(table, current, target, allowed):
    if allowed:
        table.guard(current, target)
    else:
        with pytest.raises(ActionDenied, match="Ce passage n'est pas possible"):
            table.guard(current, target)
