"""The life of an advance through its operations, and each refusal."""

from datetime import date
from itertools import product
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alize.audit.models import AuditEvent
from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from committees.models import Decision
from funds import operations, queries
from funds.enums import ADVANCE_TRANSITIONS, AdvanceStatus, PaymentOrderStatus
from funds.models import Advance, Contribution, Entry, FundSettings, PaymentOrder
from funds.rules import PositionStatus
from projects import operations as projects
from tests.builders import at, make_decision
from tests.funds.conftest import DOTATION, PAID_ON

LOOK = date(2026, 7, 25)


def position(advance, on: date = LOOK):
    return queries.book_of(advance).position(on)


# -- Granted, contracted ------------------------------------------------------------------------


def test_grant_takes_the_terms_put_to_the_vote_once(till):
    advance = till.granted(amount=2_000_000, lines=30, grace_months=6)
    again = operations.grant_advance(
        decision_id=advance.decision_id, by=till.operator, at=at(2026, 4, 2)
    )
    assert again == advance
    assert (advance.granted_amount, advance.lines, advance.grace_months) == (2_000_000, 30, 6)
    assert advance.reference == f"AV-{advance.project.reference}"


def test_a_decision_without_money_grants_nothing(till):
    decision = make_decision(amount=0)
    with pytest.raises(ActionDenied, match="n'accorde pas d'avance"):
        operations.grant_advance(decision_id=decision.pk, by=till.operator, at=at())


def test_a_suspensive_condition_blocks_the_contract(till):
    advance = till.granted(conditions=({},))
    with pytest.raises(ActionDenied, match="condition suspensive"):
        operations.contract_advance(
            advance_id=advance.pk, on=date(2026, 4, 20), by=till.operator, at=at(2026, 4, 21)
        )


def test_a_condition_to_follow_blocks_nothing(till):
    assert till.contracted(conditions=({"kind": "FOLLOWED"},)).status == AdvanceStatus.CONTRACTED


def test_a_company_that_gives_up_frees_what_it_was_granted(till, run_outbox):
    advance, other = till.granted(), till.granted()
    assert queries.fund_position(on=LOOK).committed == 2_000_000
    projects.withdraw(
        project_id=advance.project_id, reason="Vendue", by=till.operator, at=at(2026, 4, 10)
    )
    run_outbox()
    advance.refresh_from_db()
    other.refresh_from_db()
    assert (advance.status, other.status) == (AdvanceStatus.CANCELLED, AdvanceStatus.GRANTED)
    assert queries.fund_position(on=LOOK).committed == 1_000_000
    # What was said of the day before stays true.
    for on, committed in ((date(2026, 4, 9), 2_000_000), (date(2026, 4, 10), 1_000_000)):
        assert queries.fund_position(on=on).committed == committed
        assert queries.portfolio(on=on)[0].committed == committed
        assert queries.outlook(on=on).promised == committed


@pytest.mark.parametrize("fallen", ["reopened", "lapsed", None])
def test_only_an_approval_that_fell_frees_its_advance(till, run_outbox, fallen):
    advance, when = till.granted(), at(2026, 4, 10)
    changes = {
        "reopened": {
            "reopened_at": when, "reopened_by": till.operator, "reopening_reason": "Chiffres faux"
        },
        "lapsed": {"lapsed_at": when},
        None: {},
    }  # fmt: skip
    Decision.objects.filter(pk=advance.decision_id).update(**changes[fallen])
    projects.back_to_committee(
        project_id=advance.project_id, because="LAPSED", by=till.operator, at=when
    )
    run_outbox()
    advance.refresh_from_db()
    assert (advance.status == AdvanceStatus.CANCELLED) is (fallen is not None)
    assert queries.fund_position(on=LOOK).committed == (0 if fallen else 1_000_000)


ALLOWED = {("GRANTED", "CONTRACTED"), ("GRANTED", "CANCELLED"), ("CONTRACTED", "CANCELLED")}


@pytest.mark.parametrize(("old", "new"), list(product(AdvanceStatus.values, repeat=2)))
def test_the_states_of_an_advance(old, new):
    assert ADVANCE_TRANSITIONS.allows(old, new) is ((old, new) in ALLOWED)


# -- Payment -----------------------------------------------------------------------------------


def test_nothing_is_prepared_before_the_convention(till):
    with pytest.raises(ActionDenied, match="signature de la convention"):
        till.prepare(till.granted())


def test_a_cancelled_advance_is_not_paid(till):
    advance = till.contracted()
    Advance.objects.filter(pk=advance.pk).update(status="CANCELLED", cancelled_on=LOOK)
    with pytest.raises(ActionDenied, match="annulée"):
        till.prepare(advance)


def test_a_payment_is_prepared_a_year_ahead_at_most(till):
    advance = till.contracted()
    assert till.prepare(advance, amount=9_000, pay_on=date(2027, 5, 4))
    with pytest.raises(InvalidInput, match="vérifiez l'année") as refused:
        till.prepare(advance, amount=9_000, pay_on=date(2062, 5, 4))
    assert refused.value.field == "pay_on"


@pytest.mark.parametrize("amount", [0, -1, 1_000_001])
def test_the_amount_stays_within_what_is_granted(till, amount):
    with pytest.raises(InvalidInput, match="Il reste") as refusal:
        till.prepare(till.contracted(), amount=amount)
    assert refusal.value.field == "amount"


def test_two_orders_together_stay_within_what_is_granted(till):
    advance = till.contracted()
    till.release(till.prepare(advance, amount=600_000))
    with pytest.raises(InvalidInput, match="4\u202f000"):
        till.prepare(advance, amount=400_001)


def test_the_same_form_twice_is_one_order(till):
    advance, key = till.contracted(), uuid4()
    assert till.prepare(advance, command_key=key) == till.prepare(advance, command_key=key)
    with pytest.raises(AlreadyUsed, match="autre contenu"):
        till.prepare(advance, command_key=key, amount=500_000)
    assert PaymentOrder.objects.count() == 1


def test_only_one_order_waits(till):
    advance = till.contracted()
    till.prepare(advance, amount=100_000)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        till.prepare(advance, amount=100_000)
    assert "attend déjà d'être libéré" in sentence_of(error.value)


def test_what_is_released_for_a_later_day_is_no_longer_there_for_another(till):
    till.endow(1_500_000)
    late, soon = till.contracted(), till.contracted()
    till.release(till.prepare(late, pay_on=date(2026, 6, 19)))
    order = till.prepare(soon)
    with pytest.raises(ActionDenied, match="ne tient que 5"):
        till.release(order)


def test_who_prepares_does_not_release(till):
    order = till.prepare(till.contracted())
    with pytest.raises(ActionDenied, match="libéré par une autre"):
        till.release(order, by=till.operator)
    assert not order.advance.entries.exists()


def test_the_database_holds_the_two_persons(till):
    order = till.prepare(till.contracted())
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        PaymentOrder.objects.filter(pk=order.pk).update(
            status="RELEASED", released_by=till.operator, released_at=at()
        )
    assert "préparé par une personne et libéré par une autre" in sentence_of(error.value)


def test_release_lends_and_opens_the_schedule(till):
    advance = till.contracted(amount=2_000_000, lines=30, grace_months=6)
    entry = till.release(till.prepare(advance))
    [version] = advance.schedule_versions.all()
    lines = list(version.schedule_lines.all())
    assert (queries.amount_of(entry), entry.value_on) == (2_000_000, date(2026, 5, 15))
    assert (version.no, version.reason, version.opening_entry) == (1, "INITIAL", entry)
    assert [line.amount for line in lines] == [66_666] * 29 + [66_686]
    assert (lines[0].due_on, lines[-1].due_on) == (date(2026, 12, 15), date(2029, 5, 15))
    assert position(advance).status == PositionStatus.IN_GRACE


def test_a_late_release_is_dated_the_day_of_the_release(till):
    order = till.prepare(till.contracted())
    assert till.release(order, at=at(2026, 5, 20)).value_on == date(2026, 5, 20)


def test_a_double_click_releases_once(till):
    order = till.prepare(till.contracted())
    assert till.release(order) == till.release(order)
    assert order.advance.entries.count() == 1


def test_a_cancelled_order_is_not_released(till):
    order = till.prepare(till.contracted())
    operations.cancel_payment(order_id=order.pk, by=till.operator, at=at(2026, 5, 5))
    with pytest.raises(ActionDenied, match="annulé"):
        till.release(order)
    order.refresh_from_db()
    assert order.status == PaymentOrderStatus.CANCELLED
    operations.cancel_payment(order_id=order.pk, by=till.operator, at=at(2026, 5, 6))
    with pytest.raises(ActionDenied, match="déjà annulé"):
        operations.cancel_payment(order_id=order.pk, by=till.finance, at=at(2026, 5, 6))


def test_a_released_order_is_not_cancelled(till):
    order = till.prepare(till.contracted())
    till.release(order)
    with pytest.raises(ActionDenied, match="ne s'annule plus"):
        operations.cancel_payment(order_id=order.pk, by=till.operator, at=at(2026, 5, 16))


def test_a_second_tranche_keeps_the_dates_and_the_rounding(till):
    FundSettings.objects.create(rounding_unit=1000)
    advance = till.contracted(amount=1_200_000, lines=12)
    till.release(till.prepare(advance, amount=600_000))
    till.repay(advance, 50_000, date(2026, 6, 15))
    second = till.prepare(advance, amount=600_000, pay_on=date(2026, 7, 1))
    till.release(second, at=at(2026, 7, 1))
    first, tranche = advance.schedule_versions.all()
    lines = list(tranche.schedule_lines.all())
    assert (tranche.reason, tranche.covers) == ("TRANCHE", 1_150_000)
    assert [line.due_on for line in lines] == [
        line.due_on for line in first.schedule_lines.all()[1:]
    ]
    assert [line.amount for line in lines] == [104_000] * 10 + [110_000]
    assert position(advance).outstanding == 1_150_000
    assert not position(advance).restructured


def test_a_tranche_that_an_overpayment_paid_keeps_the_dates_for_the_next(till):
    advance = till.contracted(amount=1_200_000, lines=12)
    till.release(till.prepare(advance, amount=600_000))
    till.repay(advance, 900_000, date(2026, 6, 15))
    for day, amount in ((1, 300_000), (2, 300_000)):
        order = till.prepare(advance, amount=amount, pay_on=date(2026, 7, day))
        till.release(order, at=at(2026, 7, day))
    lines = advance.schedule_versions.last().schedule_lines.values_list("due_on", "amount")
    assert [amount for _, amount in lines] == [27_272] * 10 + [27_280]
    assert lines[0][0] == date(2026, 7, 15)


def test_a_second_tranche_that_is_undone_leaves_the_plan_of_the_first(till):
    advance = till.contracted(amount=1_200_000, lines=12)
    till.release(till.prepare(advance, amount=600_000))
    till.repay(advance, 50_000, date(2026, 6, 15))

    def tranche(day: int):
        order = till.prepare(advance, amount=600_000, pay_on=date(2026, 7, day))
        entry = till.release(order, at=at(2026, 7, day))
        lines = advance.schedule_versions.last().schedule_lines.values_list("due_on", "amount")
        return entry, list(lines)

    second, lines = tranche(1)
    till.reverse(second, date(2026, 7, 2))
    standing = position(advance, date(2026, 7, 2))
    assert [line.amount for line in standing.unpaid_lines] == [50_000] * 11
    assert (standing.outstanding, standing.next_due) == (550_000, (date(2026, 7, 15), 50_000))
    assert position(advance, date(2026, 7, 1)).outstanding == 1_150_000
    assert tranche(3)[1] == lines


# -- Repayment ---------------------------------------------------------------------------------


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


# -- Contributions, figures, journal -----------------------------------------------------------


def test_a_contribution_is_booked_once(till):
    key = uuid4()
    asked = {
        "funder": "Caisse des Dépôts",
        "amount": 45_000_000,
        "received_on": date(2026, 1, 10),
        "by": till.operator,
        "at": at(),
        "command_key": key,
    }
    assert operations.record_contribution(**asked) == operations.record_contribution(**asked)
    assert Contribution.objects.exclude(pk=till.dotation.pk).count() == 1
    with pytest.raises(InvalidInput, match="pas encore passée"):
        operations.record_contribution(
            **{**asked, "command_key": uuid4(), "received_on": date(2026, 3, 13)}
        )


def test_the_position_of_the_fund_adds_up(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    till.granted(amount=2_000_000)
    fund = queries.fund_position(on=LOOK)
    assert (fund.contributed, fund.disbursed, fund.outstanding) == (DOTATION, 1_000_000, 972_223)
    assert (fund.cash, fund.committed) == (DOTATION - 972_223, 2_000_000)
    assert fund.capacity == DOTATION - 2_972_223
    assert (fund.late, fund.late_advances, fund.lost) == (27_777, 1, 0)
    # The identity of funds.md 2.6.
    assert fund.cash + fund.outstanding + fund.lost - fund.overpaid == fund.contributed


def test_the_position_of_a_past_day_does_not_know_the_future(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    before = queries.fund_position(on=date(2026, 5, 14))
    assert (before.disbursed, before.committed) == (0, 1_000_000)
    assert position(advance, date(2026, 5, 31)).outstanding == 1_000_000


def test_books_of_one_or_many_take_the_same_queries(till, django_assert_num_queries):
    advances = [till.lent() for _ in range(3)]
    with django_assert_num_queries(4):
        queries.books_of(advances[:1])
    with django_assert_num_queries(4):
        queries.books_of(advances)


def test_each_act_is_in_the_journal(till):
    advance = till.lent()
    till.reverse(till.repay(advance, 27_777, date(2026, 6, 15)), date(2026, 6, 16))
    assert list(AuditEvent.objects.values_list("type", flat=True)) == [
        "advance.granted",
        "advance.contracted",
        "precondition.met",
        "payment.prepared",
        "contribution.recorded",
        "payment.released",
        "repayment.recorded",
        "reversal.proposed",
        "entry.reversed",
    ]
