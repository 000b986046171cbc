"""What the database asks of two persons before money leaves, or is given up, or undone."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from funds.models import Authorization, Reversal
from funds.rules import ledger
from tests.builders import at
from tests.funds.attacks import JUNE, authorized, denied, pair, refused, write


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
