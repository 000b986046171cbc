"""The ladder of reminders: one step at a time, the highest reached, never twice (feature 13)."""

from datetime import date, timedelta

import pytest

from funds.enums import ReminderStep
from funds.rules.reminders import step_due

DUE = date(2026, 7, 15)  # a Wednesday
NOTICE, FIRST, SECOND, FORMAL = ReminderStep


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (-11, None), (-10, NOTICE), (0, NOTICE), (1, None), (4, None), (5, FIRST), (14, FIRST),
        (15, SECOND), (29, SECOND), (30, FORMAL), (400, FORMAL),
    ],
)  # fmt: skip
def test_a_step_opens_on_its_day(days, step):
    assert step_due(due_on=DUE, on=DUE + timedelta(days=days), sent=()) == step


@pytest.mark.parametrize(
    ("days", "sent", "step"),
    [
        (-3, [NOTICE], None),
        (5, [NOTICE], FIRST),
        (16, [NOTICE], SECOND),
        (16, [FIRST], SECOND),
        (16, [SECOND], None),
        (20, [FORMAL], None),
        (45, [NOTICE, FIRST, SECOND], FORMAL),
        (45, [NOTICE, FIRST, SECOND, FORMAL], None),
    ],
)
def test_no_step_is_sent_again_nor_after_a_higher_one(days, sent, step):
    assert step_due(due_on=DUE, on=DUE + timedelta(days=days), sent=sent) == step


def test_a_line_due_on_a_closed_day_is_late_after_the_next_open_day():
    friday = date(2026, 4, 3)  # Good Friday; the banks open again on Tuesday
    days = (-10, 1, 10, 20)
    assert step_due(due_on=friday, on=date(2026, 4, 7), sent=(), days=days) is None
    assert step_due(due_on=friday, on=date(2026, 4, 8), sent=(), days=days) == FIRST


def test_the_days_are_those_of_the_basin():
    days = (-2, 8, 20, 60)
    assert step_due(due_on=DUE, on=DUE - timedelta(days=3), sent=(), days=days) is None
    assert step_due(due_on=DUE, on=DUE + timedelta(days=30), sent=(), days=days) == SECOND
