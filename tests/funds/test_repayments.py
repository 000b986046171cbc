"""A repayment recorded, undone by its mirror, and each refusal."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from funds import operations, queries
from funds.models import Entry
from funds.rules import PositionStatus
from funds.screen import advance_screen
from tests.builders import at
from tests.funds.conftest import DOTATION, PAID_ON, position


def test_t04_a_partial_repayment_leaves_arrears(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    till.repay(advance, 10_000, date(2026, 7, 15))
    standing = position(advance)
    assert (standing.arrears, standing.days_late, standing.outstanding) == (17_777, 10, 962_223)
    assert standing.status == PositionStatus.LATE
    assert position(advance, date(2026, 7, 15)).arrears == 0


def test_t06_what_exceeds_the_debt_is_an_overpayment(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    till.repay(advance, 1_000_000, date(2026, 7, 20))
    standing = position(advance)
    assert (standing.outstanding, standing.overpaid) == (0, 27_777)
    assert standing.status == PositionStatus.SETTLED


def test_the_same_form_twice_is_one_repayment(till):
    advance, key = till.lent(), uuid4()
    first = till.repay(advance, 27_777, date(2026, 6, 15), command_key=key)
    assert till.repay(advance, 27_777, date(2026, 6, 15), command_key=key) == first
    with pytest.raises(AlreadyUsed):
        till.repay(advance, 27_778, date(2026, 6, 15), command_key=key)
    assert position(advance).repaid == 27_777


def test_two_true_payments_alike_are_two(till):
    advance = till.lent()
    till.repay(advance, 10_000, date(2026, 6, 15))
    till.repay(advance, 10_000, date(2026, 6, 15))
    assert position(advance).repaid == 20_000


def test_nothing_comes_back_before_anything_left(till):
    with pytest.raises(ActionDenied, match="Rien n'a encore été versé"):
        till.repay(till.contracted(), 10_000, date(2026, 6, 15))


@pytest.mark.parametrize(
    ("amount", "on", "field"),
    [
        (0, date(2026, 6, 15), "amount"),
        (10_000, date(2026, 5, 14), "value_on"),
        (10_000, date(2027, 12, 2), "value_on"),
    ],
)
def test_a_repayment_that_cannot_be_is_refused(till, amount, on, field):
    with pytest.raises(InvalidInput) as refusal:
        till.repay(till.lent(), amount, on)
    assert refusal.value.field == field


def test_a_wrong_repayment_is_undone_by_its_mirror_once(till):
    advance = till.lent()
    wrong = till.repay(advance, 27_777, date(2026, 6, 15))
    mirror = till.reverse(wrong, date(2026, 6, 18))
    standing = position(advance)
    assert (mirror.reverses, queries.amount_of(mirror), standing.repaid) == (wrong, 27_777, 0)
    assert (standing.arrears, standing.days_late) == (55_554, 40)
    with pytest.raises(ActionDenied, match="déjà annulée"):
        till.reverse(wrong, date(2026, 6, 19))
    with pytest.raises(ActionDenied, match="ne s'annule pas"):
        till.reverse(mirror, date(2026, 6, 19))


def test_a_repayment_stays_until_somebody_else_agrees(till):
    wrong = till.repay(till.lent(), 27_777, date(2026, 6, 15))
    reversal = till.ask_reversal(wrong, date(2026, 6, 18))
    assert not hasattr(wrong, "reversed_by")
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        till.approve(reversal, by=till.operator)
    with pytest.raises(ActionDenied, match="déjà demandée"):
        till.ask_reversal(wrong, date(2026, 6, 19))
    mirror = till.approve(reversal)
    assert till.approve(reversal) == mirror
    with pytest.raises(ActionDenied, match="déjà acceptée"):
        operations.refuse_reversal(reversal_id=reversal.pk, by=till.finance, at=at(2027, 12, 1))


def test_a_refused_reversal_leaves_the_repayment_and_may_be_asked_again(till):
    wrong = till.repay(till.lent(), 27_777, date(2026, 6, 15))
    reversal = till.ask_reversal(wrong, date(2026, 6, 18))
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        operations.refuse_reversal(reversal_id=reversal.pk, by=till.operator, at=at(2027, 12, 1))
    for _ in range(2):
        operations.refuse_reversal(reversal_id=reversal.pk, by=till.finance, at=at(2027, 12, 1))
    assert not Entry.objects.filter(reverses=wrong).exists()
    with pytest.raises(ActionDenied, match="déjà refusée"):
        till.approve(reversal)
    assert till.reverse(wrong, date(2026, 6, 18)).reverses == wrong


def test_the_same_request_sent_twice_asks_once(till):
    wrong = till.repay(till.lent(), 27_777, date(2026, 6, 15))
    key = uuid4()
    first = till.ask_reversal(wrong, date(2026, 6, 18), command_key=key)
    assert till.ask_reversal(wrong, date(2026, 6, 18), command_key=key) == first
    with pytest.raises(AlreadyUsed):
        till.ask_reversal(wrong, date(2026, 6, 19), command_key=key)


@pytest.mark.parametrize("on", [date(2026, 6, 14), date(2027, 12, 2)])
def test_a_reversal_is_dated_after_what_it_undoes_and_not_ahead(till, on):
    wrong = till.repay(till.lent(), 27_777, date(2026, 6, 15))
    with pytest.raises(InvalidInput) as refusal:
        till.reverse(wrong, on)
    assert refusal.value.field == "value_on"


def test_a_payment_dated_ahead_is_undone_on_its_day_without_waiting_for_it(till):
    advance, known_on = till.contracted(), at(2026, 5, 6, 9)
    entry = till.release(till.prepare(advance), at=known_on)
    assert entry.value_on == PAID_ON > known_on.date()
    with pytest.raises(InvalidInput, match="pas encore passée"):
        till.ask_reversal(entry, date(2026, 5, 16), at=known_on)
    till.approve(till.ask_reversal(entry, PAID_ON, at=known_on), at=known_on)
    assert queries.left_to_pay(advance) == advance.granted_amount
    assert queries.lowest("FUND_BANK", since=known_on.date()) == DOTATION
    again = till.prepare(advance, pay_on=date(2026, 5, 8), at=known_on)
    till.release(again, at=at(2026, 5, 8, 9))
    standing = position(advance, date(2026, 5, 15))
    assert (standing.outstanding, standing.next_due) == (1_000_000, (date(2026, 6, 8), 27_777))


def doubts(advance, on: date) -> list[str]:
    book = queries.book_of(advance)
    screen = advance_screen(advance, book, book.position(on), on=on, roles=frozenset())
    return [fact.value for fact in screen.facts if fact.term == "Mandat de prélèvement"]


@pytest.mark.parametrize(
    ("cause", "said"),
    [("MD06", "Contestation du débiteur (MD06)"), ("AM04", None), ("ERROR", None)],
)
def test_a_debit_that_comes_back_for_its_mandate_asks_to_look_at_it(till, cause, said):
    advance = till.lent()
    debit, back = date(2026, 6, 15), date(2026, 6, 18)
    asked = till.ask_reversal(till.repay(advance, 27_777, debit), back, cause=cause)
    assert not doubts(advance, back)
    till.approve(asked)
    expected = [f"À vérifier avant de prélever : {said}, le 18/06/2026"] if said else []
    assert doubts(advance, date(2026, 6, 17)) == []
    assert doubts(advance, back) == expected
    till.repay(advance, 27_777, date(2026, 7, 15))
    assert doubts(advance, date(2026, 7, 14)) == expected
    assert not doubts(advance, date(2026, 7, 15))
