"""Which reminders are due on a day: each instalment has its own ladder, whatever came back."""

from datetime import date

import pytest

from funds.models import Reminder
from tests.builders import at
from tests.funds.reminding import AUGUST, JULY, JUNE, due, send
from tests.funds.test_plans import decided, rewrite


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


def test_each_instalment_has_its_own_step(till):
    advance = till.lent()
    assert due(advance) == [(JUNE, 27_777, "FORMAL"), (JULY, 27_777, "FIRST")]
    assert due(advance, on=date(2026, 8, 5)) == [
        (JUNE, 27_777, "FORMAL"),
        (JULY, 27_777, "SECOND"),
        (AUGUST, 27_777, "NOTICE"),
    ]


def test_what_is_paid_is_left_alone_and_a_part_is_deducted(till):
    advance = till.lent()
    till.repay(advance, 37_777, date(2026, 7, 20))
    assert due(advance) == [(JULY, 17_777, "FIRST")]
    till.repay(advance, 17_777, date(2026, 7, 21))
    assert due(advance) == []


def test_the_last_instalment_counts_as_any_other(till):
    advance = till.lent(lines=2)
    till.repay(advance, 500_000, JUNE)
    assert due(advance) == [(JULY, 500_000, "FIRST")]


def test_a_moratorium_ends_the_ladder_of_the_plan_before(till):
    advance = till.lent()
    rows = [(date(2027, 1, 15), 1_000_000)]
    rewrite(till, advance, decided(advance), rows)
    assert due(advance) == []
    assert due(advance, on=date(2027, 1, 6)) == [(date(2027, 1, 15), 1_000_000, "NOTICE")]


def test_what_came_back_after_its_reminders_is_asked_for_anew(till):
    """From the day of the return; what was not paid between goes on where it was."""
    advance, unpaid = till.lent(lines=2), till.lent(lines=2)
    asked = [(one.pk, JUNE, "FORMAL") for one in (advance, unpaid)]
    assert send(till, *asked, at=at(2026, 7, 17)).count == 2
    for one, cents in ((advance, 500_000), (unpaid, 100_000)):
        till.reverse(till.repay(one, cents, date(2026, 7, 18)), date(2026, 7, 25))
    assert [step for day, _, step in due(advance, unpaid, on=date(2026, 7, 29))] == [
        "FIRST",
        "FIRST",
    ]
    first = (JUNE, 500_000, "FIRST")
    assert due(advance, on=date(2026, 7, 31))[0] == first
    assert send(till, (advance.pk, JUNE, "FIRST"), at=at(2026, 7, 31)).count == 1
    assert due(advance, on=date(2026, 8, 10))[0] == (JUNE, 500_000, "SECOND")
    assert [day for day, _, _ in due(unpaid, on=date(2026, 8, 10))] == [JULY]
    anew = Reminder.objects.first()
    assert (anew.due_on, anew.asked_from) == (JUNE, date(2026, 7, 25))


def test_what_comes_back_weeks_later_is_first_reminded(till):
    """Nothing was ever asked of whoever had paid in time: no formal notice comes first."""
    advance = till.lent(lines=2)
    till.reverse(till.repay(advance, 500_000, JUNE), date(2026, 8, 10))
    assert due(advance, on=date(2026, 8, 16))[0] == (JUNE, 500_000, "FIRST")


def test_what_is_settled_or_lost_asks_for_nothing(till):
    advance, waiting = till.lent(), till.contracted()
    till.repay(advance, 1_000_000, JULY)
    assert due(advance, waiting) == []
