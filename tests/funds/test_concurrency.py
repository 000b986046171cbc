"""Two people at once on one advance: committed rows, real threads (S37, S41, S42)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from basins import tenancy
from basins.enums import Role
from funds import operations, queries
from funds.models import Entry, PaymentOrder
from tests.builders import at, make_accepted, make_user
from tests.funds.conftest import at_once, refusals

ROUNDS = 10
DAY = date(2026, 6, 15)


def test_one_form_sent_twice_at_once_is_one_repayment(committed, desk):
    for _ in range(ROUNDS):
        advance, key = desk.lent(), uuid4()
        first, second = at_once(
            committed,
            *[lambda a=advance, k=key: desk.repay(a, 10_000, DAY, command_key=k)] * 2,
        )
        assert first == second
        assert advance.entries.filter(kind="REPAYMENT").count() == 1


def test_one_form_sent_twenty_times_at_once_then_a_day_later_is_one_repayment(committed, desk):
    advance, key = desk.lent(), uuid4()

    def send(**changes):
        return desk.repay(advance, 10_000, DAY, command_key=key, **changes)

    results = at_once(committed, *[send] * 20)
    assert not refusals(results)
    assert {result.pk for result in results} == {results[0].pk}
    assert send(at=at(2026, 8, 2)) == results[0]
    assert advance.entries.filter(kind="REPAYMENT").count() == 1


def of_a_contribution(desk):
    return lambda **told: desk.endow(5_000, **told)


def of_a_payment(desk):
    advance = desk.contracted()
    return lambda **told: desk.prepare(advance, **told)


def of_a_recovery(desk):
    advance = desk.lent()
    lost = {"kind": "WRITE_OFF", "amount": 1_000_000, "value_on": DAY, "reason": "Liquidation"}
    lost |= {"advance_id": advance.pk, "cause": "LIQUIDATION"}
    asked = operations.Asked(decision_id=desk.loss_accepted(advance), **lost)
    made = operations.propose(asked, by=desk.operator, at=at(2026, 7, 1), command_key=uuid4())
    operations.approve_authorization(authorization_id=made.pk, by=desk.finance, at=at(2026, 7, 2))
    back = {"advance_id": advance.pk, "amount": 600_000, "value_on": DAY, "by": desk.operator}
    return lambda **told: operations.record_recovery(**back, **told)


def of_a_refund(desk):
    advance = desk.lent()
    desk.repay(advance, 1_005_000, DAY)
    asked = operations.Asked(
        kind="REFUND", amount=5_000, value_on=DAY, reason="Rendu", advance_id=advance.pk
    )
    return lambda **told: operations.propose(asked, by=desk.operator, **told)


def of_a_reversal(desk):
    wrong = desk.repay(desk.lent(), 10_000, DAY)
    return lambda **told: desk.ask_reversal(wrong, DAY, **told)


def of_a_plan(desk):
    advance = desk.lent()
    plan = {
        "decision_id": make_accepted(advance.decision, "MORATORIUM").pk,
        "reason": "MORATORIUM",
        "rows": [(date(2027, 6, 1), 1_000_000)],
        "effective_on": DAY,
        "note": "Sinistre",
        "by": desk.operator,
    }
    return lambda **told: operations.reschedule(advance_id=advance.pk, **plan, **told)


def of_a_fee(desk):
    fee = {"amount": 100, "taken_on": DAY, "by": desk.operator}
    return lambda **told: operations.record_bank_fee(**fee, **told)


FORMS = (
    of_a_contribution, of_a_payment, of_a_recovery, of_a_refund, of_a_reversal, of_a_plan,
    of_a_fee,
)  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_any_form_sent_twenty_times_at_once_then_a_day_later_acts_once(committed, desk, form):
    send, key = form(desk), uuid4()
    before = Entry.objects.count()
    results = at_once(committed, *[lambda: send(command_key=key, at=at(2026, 8, 1))] * 20)
    assert not refusals(results)
    assert {(type(result), result.pk) for result in results} == {(type(results[0]), results[0].pk)}
    added = Entry.objects.count() - before
    assert added <= 2
    assert send(command_key=key, at=at(2026, 8, 2)) == results[0]
    assert Entry.objects.count() - before == added
    assert type(results[0]).objects.filter(pk__gt=results[0].pk).count() <= added


def test_one_form_sent_twice_at_once_with_two_contents_is_one_repayment(committed, desk):
    for _ in range(ROUNDS):
        advance, key = desk.lent(), uuid4()
        results = at_once(
            committed,
            lambda a=advance, k=key: desk.repay(a, 10_000, DAY, command_key=k),
            lambda a=advance, k=key: desk.repay(a, 20_000, DAY, command_key=k),
        )
        assert [type(refusal) for refusal in refusals(results)] == [AlreadyUsed]
        assert advance.entries.filter(kind="REPAYMENT").count() == 1


def test_two_cashiers_lose_no_repayment(committed, desk):
    advance = desk.lent()
    results = at_once(
        committed, *[lambda n=n: desk.repay(advance, 1_000 + n, DAY) for n in range(12)]
    )
    assert refusals(results) == []
    assert queries.book_of(advance).position(DAY).repaid == 12_066
    numbers = list(Entry.objects.order_by("pk").values_list("pk", "journal", "no"))
    assert [pk for pk, _, _ in numbers] == list(range(1, len(numbers) + 1))
    for journal in {journal for _, journal, _ in numbers}:
        given = [no for _, of_journal, no in numbers if of_journal == journal]
        assert given == list(range(1, len(given) + 1))


def test_two_releases_at_once_pay_once(committed, desk):
    other = make_user(Role.FINANCE, basin=committed)
    for _ in range(ROUNDS):
        advance = desk.contracted()
        order = desk.prepare(advance)
        results = at_once(
            committed,
            lambda o=order: desk.release(o),
            lambda o=order: desk.release(o, by=other),
        )
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        assert advance.entries.count() == 1
        assert advance.schedule_versions.count() == 1


def test_a_release_and_a_cancellation_at_once_do_one_of_the_two(committed, desk):
    for _ in range(ROUNDS):
        advance = desk.contracted()
        order = desk.prepare(advance)
        results = at_once(
            committed,
            lambda o=order: desk.release(o),
            lambda o=order: operations.cancel_payment(
                order_id=o.pk, by=desk.operator, at=at(2026, 5, 15)
            ),
        )
        assert len(refusals(results)) == 1
        paid = PaymentOrder.objects.get(pk=order.pk).status == "RELEASED"
        assert Entry.objects.filter(order=order).exists() is paid


def test_two_orders_prepared_at_once_stay_within_what_is_granted(committed, desk):
    for _ in range(ROUNDS):
        advance = desk.contracted()
        results = at_once(committed, *[lambda a=advance: desk.prepare(a)] * 2)
        assert [type(refusal) for refusal in refusals(results)] == [InvalidInput]


def test_a_reversal_asked_twice_at_once_is_asked_once(committed, desk):
    for _ in range(ROUNDS):
        wrong = desk.repay(desk.lent(), 10_000, DAY)
        results = at_once(committed, *[lambda m=wrong: desk.ask_reversal(m, DAY)] * 2)
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        assert wrong.reversals.count() == 1


def test_a_repayment_approved_and_refused_at_once_is_one_of_them(committed, desk):
    with tenancy.national():
        other = make_user(Role.FINANCE, basin=committed)
    for _ in range(ROUNDS):
        wrong = desk.repay(desk.lent(), 10_000, DAY)
        asked = desk.ask_reversal(wrong, DAY)
        results = at_once(
            committed,
            lambda r=asked: desk.approve(r),
            lambda r=asked: operations.refuse_reversal(
                reversal_id=r.pk, by=other, at=at(2027, 12, 1)
            ),
        )
        assert [type(refusal) for refusal in refusals(results)] == [ActionDenied]
        asked.refresh_from_db()
        undone = wrong.advance.entries.filter(kind="BOUNCE").count()
        assert undone == (asked.status == "APPROVED")
