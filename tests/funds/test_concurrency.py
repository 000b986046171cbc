"""Two people at once on one advance: committed rows, real threads (T16, S41, S42)."""

from datetime import date
from uuid import uuid4

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from basins import tenancy
from basins.enums import Role
from funds import operations, queries
from funds.models import Entry, PaymentOrder
from tests.builders import at, make_user
from tests.funds.attacks import WAITING, authorized
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


def test_one_decision_asked_twice_at_once_in_the_tables_is_one_loss(committed, desk):
    for _ in range(ROUNDS):
        advance = desk.lent()
        asked = {"decision_id": desk.loss_accepted(advance), **WAITING}
        results = at_once(
            committed, *[lambda a=advance, q=asked: authorized(desk, a, "WRITE_OFF", **q)] * 2
        )
        assert [sentence_of(error) for error in refusals(results)] == [
            TRIGGER_SENTENCES["authorization_decision_serves_once"]
        ]
        assert advance.authorizations.count() == 1
