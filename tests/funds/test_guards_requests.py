"""What the database asks of two persons before money leaves, or is given up, or undone."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from funds import operations
from funds.models import Authorization, PaymentOrder, Reversal
from funds.rules import ledger
from tests.builders import at
from tests.funds.attacks import (
    JUNE,
    WAITING,
    approved,
    authorized,
    denied,
    pair,
    refused,
    write,
)


@pytest.mark.parametrize("kind", ["BOUNCE", "REVERSAL"])
def test_nothing_is_undone_without_two_persons(till, kind):
    repayment = till.repay(till.lent(), 20_000, JUNE)
    exact = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
    asked = {"kind": kind, "advance": repayment.advance, "reverses": repayment}
    denied("entry_mirror_has_its_reversal", lambda: write(till, *exact, **asked))


@pytest.mark.parametrize("kind", ["WRITE_OFF", "REFUND", "RESTITUTION", "ALLOWANCE"])
def test_nothing_leaves_nor_is_given_up_without_two_persons(till, kind):
    denied("entry_has_its_authorization", lambda: write(till, *pair(), kind=kind))


@pytest.mark.parametrize(
    ("kind", "amount", "changes"),
    [
        ("WRITE_OFF", 10_000, WAITING),
        ("WRITE_OFF", 10_000, {"status": "REFUSED"}),
        ("WRITE_OFF", 9_999, {}),
        ("WRITE_OFF", 10_001, {}),
        ("REFUND", 10_000, {}),
    ],
)
def test_what_is_given_up_is_what_the_second_person_accepted(till, kind, amount, changes):
    advance, legs = till.lent(), ledger.write_off(amount=10_000)
    asked = authorized(till, advance, kind, amount, **changes)
    lost = {"kind": "WRITE_OFF", "advance": advance, "authorization": asked}
    denied("lg_as_authorized", lambda: write(till, *legs, **lost))
    exact = authorized(till, advance, "WRITE_OFF")
    denied(
        "lg_as_authorized",
        lambda: write(till, *legs, **{**lost, "advance": till.lent(), "authorization": exact}),
    )
    write(till, *legs, **{**lost, "authorization": exact})
    connection.check_constraints()


def test_a_contribution_goes_back_to_the_funder_that_two_persons_named(till):
    ours, other = (till.endow(5_000, at=at(2026, 6, day)) for day in (1, 2))
    asked = authorized(till, None, "RESTITUTION", 5_000, contribution=ours)
    given = {"kind": "RESTITUTION", "authorization": asked}
    wrong, right = (ledger.restitution(amount=5_000, line=one.pk) for one in (other, ours))
    denied("lg_as_authorized", lambda: write(till, *wrong, **given))
    write(till, *right, **given)
    connection.check_constraints()


def test_a_payment_is_the_one_that_two_persons_released(till):
    assert till.dotation
    advance = till.contracted()
    order = till.prepare(advance, amount=100_000)
    paid = {"kind": "DISBURSEMENT", "advance": advance, "order": order}
    legs = ledger.disbursement(amount=100_000, lines=[])
    denied("lg_as_released", lambda: write(till, *legs, **paid))
    PaymentOrder.objects.filter(pk=order.pk).update(
        status="RELEASED",
        released_at=at(2026, 5, 15, 9),
        released_by=till.finance,
        payee=advance.project.beneficiary.payee_accounts.get(),
    )
    more, other = ledger.disbursement(amount=100_001, lines=[]), till.contracted()
    denied("lg_as_released", lambda: write(till, *more, **paid))
    denied("lg_as_released", lambda: write(till, *legs, **{**paid, "advance": other}))
    write(till, *legs, **paid)
    connection.check_constraints()


@pytest.mark.parametrize("status", ["PROPOSED", "REFUSED"])
def test_nothing_is_undone_before_the_second_person_accepts(till, status):
    repayment = till.repay(till.lent(), 20_000, JUNE)
    reversal = till.ask_reversal(repayment, JUNE)
    if status == "REFUSED":
        operations.refuse_reversal(reversal_id=reversal.pk, by=till.finance, at=at(2027, 12, 1))
    exact = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
    asked = {"kind": "BOUNCE", "reverses": repayment, "reversal": reversal}
    undo = {"advance": repayment.advance, **asked}
    denied("lg_undone_as_approved", lambda: write(till, *exact, **undo))
    approved(till, reversal)
    write(till, *exact, **undo)
    connection.check_constraints()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"decided_by": "operator"}, "authorization_decided_by_another"),
        ({"decided_at": None}, "authorization_decided_at_and_by"),
        ({"status": "PROPOSED"}, "authorization_decided_has_its_hour"),
    ],
)
def test_what_is_given_up_takes_two_persons_and_says_why(till, change, name):
    asked = authorized(till, till.lent(), "WRITE_OFF")
    values = {"status": "APPROVED", "decided_at": at(), "decided_by": "finance", **change}
    values["decided_by"] = getattr(till, values["decided_by"])
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Authorization.objects.filter(pk=asked.pk).update(**values)
    assert error.value.__cause__.diag.constraint_name == name


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"decided_by": "operator"}, "reversal_decided_by_another"),
        ({"decided_at": None}, "reversal_decided_at_and_by"),
        ({"status": "PROPOSED"}, "reversal_decided_has_its_hour"),
    ],
)
def test_a_reversal_takes_two_persons_and_says_when(till, change, name):
    reversal = till.ask_reversal(till.repay(till.lent(), 20_000, JUNE), date(2026, 6, 20))
    values = {"status": "APPROVED", "decided_at": at(), "decided_by": "finance", **change}
    values["decided_by"] = getattr(till, values["decided_by"])
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Reversal.objects.filter(pk=reversal.pk).update(**values)
    assert error.value.__cause__.diag.constraint_name == name


def test_a_loss_has_its_cause(till):
    asked = authorized(till, till.lent(), "WRITE_OFF")
    asked.pk, asked.command_key, asked.cause = None, uuid4(), ""
    denied("authorization_loss_has_its_cause", asked.save)


def test_what_the_second_person_decides_on_is_what_was_asked(till):
    advance = till.lent()
    authorized(till, advance, "REFUND")
    till.ask_reversal(till.repay(advance, 20_000, JUNE), date(2026, 6, 20))
    for statement in (
        "UPDATE funds_authorization SET amount = 1",
        "UPDATE funds_authorization SET kind = 'WRITE_OFF', cause = 'LIQUIDATION'",
        "UPDATE funds_reversal SET value_on = '2026-06-21'",
        "UPDATE funds_reversal SET entry_id = 1",
    ):
        assert "is frozen" in str(refused(statement))
    for table in ("funds_authorization", "funds_reversal"):
        assert isinstance(refused(f"DELETE FROM {table}"), IntegrityError)


def test_an_entry_has_one_request_at_a_time(till):
    reversal = till.ask_reversal(till.repay(till.lent(), 20_000, JUNE), date(2026, 6, 20))
    reversal.pk, reversal.command_key = None, uuid4()
    denied("reversal_one_waiting", reversal.save)
