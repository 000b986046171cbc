"""A payment prepared by one person, released by another, and each refusal."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from alize.common.constraints import sentence_of
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from funds import operations, queries
from funds.enums import PaymentOrderStatus
from funds.models import Advance, FundSettings, PaymentOrder
from funds.rules import PositionStatus
from tests.builders import at
from tests.funds.conftest import LOOK, position


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
    with pytest.raises(ActionDenied, match="n'y a que 5"):
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
