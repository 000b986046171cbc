"""What the database refuses about money, attacked in SQL (funds.md 2.7)."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from alize.common.constraints import sentence_of
from funds.models import Movement, PaymentOrder, Reversal, ScheduleLine, ScheduleVersion
from tests.builders import at


def refused(statement: str, *parameters) -> Exception:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
        connection.check_constraints()
    return error.value


def movement(advance, till, **fields):
    values = {
        "advance": advance,
        "kind": "REPAYMENT",
        "value_on": date(2026, 6, 15),
        "amount": 10_000,
        "recorded_at": at(),
        "recorded_by": till.operator,
        "command_key": uuid4(),
        **fields,
    }
    return Movement.objects.create(**values)


def denied(name: str, act) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
        connection.check_constraints()
    assert error.value.__cause__.diag.constraint_name == name
    assert sentence_of(error.value)


@pytest.mark.parametrize("table", ["contribution", "movement", "scheduleversion", "scheduleline"])
@pytest.mark.parametrize("verb", ["UPDATE funds_{} SET id = id", "DELETE FROM funds_{}"])
def test_the_basin_may_not_change_the_past(till, table, verb):
    till.lent()
    assert "permission denied" in str(refused(verb.format(table)))


def test_nothing_is_lent_without_a_signed_convention(till):
    advance = till.granted()
    order = PaymentOrder.objects.create(
        advance=advance,
        amount=1_000,
        pay_on=date(2026, 5, 15),
        prepared_at=at(),
        prepared_by=till.operator,
        command_key=uuid4(),
    )
    denied(
        "movement_needs_a_signed_convention",
        lambda: movement(advance, till, kind="DISBURSEMENT", amount=1_000, order=order),
    )


def test_nothing_is_lent_beyond_what_is_granted(till):
    advance = till.contracted()
    order = till.prepare(advance)
    denied(
        "movement_within_what_is_granted",
        lambda: movement(advance, till, kind="DISBURSEMENT", amount=1_000_001, order=order),
    )


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("WRITE_OFF", 972_224), ("REFUND", 1), ("RECOVERY", 1)],
)
def test_nothing_exceeds_what_it_undoes(till, kind, amount):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    denied(
        "movement_within_what_it_undoes",
        lambda: movement(advance, till, kind=kind, amount=amount),
    )


def test_a_write_off_of_the_whole_debt_passes(till):
    advance = till.lent()
    till.repay(advance, 27_777, date(2026, 6, 15))
    assert movement(advance, till, kind="WRITE_OFF", amount=972_223).pk


def test_nothing_comes_back_to_an_advance_never_paid(till):
    advance = till.contracted()
    denied("movement_within_what_it_undoes", lambda: movement(advance, till))


@pytest.mark.parametrize("change", ["amount", "advance", "kind", "day"])
def test_a_bounce_mirrors_a_repayment(till, change):
    advance, other = till.lent(), till.lent()
    repayment = till.repay(advance, 20_000, date(2026, 6, 15))
    till.repay(other, 20_000, date(2026, 6, 15))
    reversal = till.ask_reversal(repayment, date(2026, 6, 20))
    bounce = {"kind": "BOUNCE", "amount": 20_000, "reverses": repayment, "reversal": reversal}
    wrong = {
        "amount": {"amount": 19_999},
        "advance": {"advance": other},
        "kind": {"reverses": advance.movements.get(kind="DISBURSEMENT")},
        "day": {"value_on": date(2026, 6, 14)},
    }[change]
    denied(
        "movement_mirrors_a_repayment",
        lambda: movement(**{"advance": advance, "till": till, **bounce, **wrong}),
    )


def test_a_repayment_bounces_once(till):
    advance = till.lent()
    first = till.repay(advance, 20_000, date(2026, 6, 15))
    till.repay(advance, 20_000, date(2026, 7, 15))
    mirror = till.reverse(first, date(2026, 6, 20))
    again = {"reverses": first, "reversal": mirror.reversal}
    with pytest.raises(IntegrityError), transaction.atomic():
        movement(advance, till, kind="BOUNCE", amount=20_000, **again)


def test_nothing_bounces_without_a_reversal(till):
    advance = till.lent()
    repayment = till.repay(advance, 20_000, date(2026, 6, 15))
    denied(
        "movement_bounce_has_its_reversal",
        lambda: movement(advance, till, kind="BOUNCE", amount=20_000, reverses=repayment),
    )


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"decided_by": "operator"}, "reversal_decided_by_another"),
        ({"decided_at": None}, "reversal_decided_at_and_by"),
        ({"status": "PROPOSED"}, "reversal_decided_has_its_hour"),
    ],
)
def test_a_reversal_takes_two_persons_and_says_when(till, change, name):
    reversal = till.ask_reversal(
        till.repay(till.lent(), 20_000, date(2026, 6, 15)), date(2026, 6, 20)
    )
    values = {"status": "APPROVED", "decided_at": at(), "decided_by": "finance", **change}
    values["decided_by"] = getattr(till, values["decided_by"])
    denied(name, lambda: Reversal.objects.filter(pk=reversal.pk).update(**values))


def test_a_repayment_has_one_request_at_a_time(till):
    repayment = till.repay(till.lent(), 20_000, date(2026, 6, 15))
    reversal = till.ask_reversal(repayment, date(2026, 6, 20))
    reversal.pk, reversal.command_key = None, uuid4()
    denied("reversal_one_waiting", reversal.save)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_positive(till, amount):
    advance = till.lent()
    denied("movement_amount_is_positive", lambda: movement(advance, till, amount=amount))


def test_numbers_follow_each_other_whatever_is_asked(till):
    advance = till.lent()
    movement(advance, till, no=40)
    assert list(advance.movements.values_list("no", flat=True)) == [1, 2]


def plan(advance, covers: int, *amounts: int) -> None:
    version = ScheduleVersion.objects.create(
        advance=advance,
        no=9,
        effective_on=date(2026, 6, 1),
        reason="RESCHEDULE",
        covers=covers,
        created_at=at(),
    )
    for rank, amount in enumerate(amounts, start=1):
        ScheduleLine.objects.create(
            version=version, rank=rank, due_on=date(2027, rank, 1), amount=amount
        )


@pytest.mark.parametrize("amounts", [(), (60,), (60, 41), (60, 39)])
def test_a_schedule_adds_up(till, amounts):
    advance = till.lent()
    denied("schedule_lines_add_up", lambda: plan(advance, 100, *amounts))


def test_a_schedule_adds_up_also_when_another_basin_is_entered_before_the_commit(till, meuse):
    advance = till.lent()

    def act() -> None:
        plan(advance, 100, 60, 39)
        connection.set_tenant(meuse)

    try:
        denied("schedule_lines_add_up", act)
    finally:
        connection.set_tenant(till.basin)
