"""What the database asks of two persons before money leaves, or is given up, or undone."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from committees.models import Decision
from funds import operations
from funds.models import Authorization, PayeeAccount, PaymentOrder, Reversal
from funds.rules import ledger
from funds.rules.ledger import Leg
from tests.builders import at, make_accepted
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
from tests.funds.test_figures import write_off


@pytest.mark.parametrize("kind", ["BOUNCE", "REVERSAL"])
def test_nothing_is_undone_without_two_persons(till, kind):
    repayment = till.repay(till.lent(), 20_000, JUNE)
    exact = ledger.mirror(ledger.repayment(amount=20_000, outstanding=20_000))
    asked = {"kind": kind, "advance": repayment.advance, "reverses": repayment}
    denied("entry_mirror_has_its_reversal", lambda: write(till, *exact, **asked))


def test_one_request_of_a_kind_waits_at_a_time(till):
    advance = till.lent()
    for kind in ("REFUND", "KEPT"):
        authorized(till, advance, kind, 10_000, **WAITING)
    authorized(till, till.lent(), "REFUND", 10_000, **WAITING)
    denied(
        "authorization_one_waiting", lambda: authorized(till, advance, "REFUND", 5_000, **WAITING)
    )


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
    exact = {**lost, "authorization": authorized(till, advance, "WRITE_OFF")}
    for change in ({"advance": till.lent()}, {"value_on": date(2026, 6, 16)}):
        denied("lg_as_authorized", lambda change=change: write(till, *legs, **{**exact, **change}))
    write(till, *legs, **exact)
    connection.check_constraints()


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("WRITE_OFF", (Leg("UNIDENTIFIED", 10_000), Leg("RECEIVABLE", -10_000))),
        ("WRITE_OFF", (Leg("LOSS", 10_000), Leg("FUND_BANK", -10_000))),
        ("WRITE_OFF", (Leg("LOSS", 9_999), Leg("KEPT", 1), Leg("RECEIVABLE", -10_000))),
        ("WRITE_OFF", ledger.write_off(amount=-10_000)),
        ("REFUND", ledger.kept(amount=10_000)),
        ("REFUND", (Leg("RECEIVABLE", 10_000), Leg("FUND_BANK", -10_000))),
        ("KEPT", ledger.refund(amount=10_000)),
        ("KEPT", (Leg("OVERPAID", 10_000), Leg("UNIDENTIFIED", -10_000))),
    ],
)
def test_what_is_given_up_is_booked_on_the_accounts_of_what_was_asked(till, kind, wrong):
    advance = till.lent()
    till.repay(advance, 900_000 if kind == "WRITE_OFF" else 1_020_000, JUNE)
    if kind == "WRITE_OFF":
        write_off(till, advance, 20_000, JUNE)
    given = {"kind": kind, "advance": advance, "authorization": authorized(till, advance, kind)}
    denied("lg_as_authorized", lambda: write(till, *wrong, **given))
    right = {"WRITE_OFF": ledger.write_off, "REFUND": ledger.refund, "KEPT": ledger.kept}[kind]
    debit, credit = right(amount=10_000)
    of_a_line = Leg(debit.account, debit.amount, till.dotation.pk)
    denied("lg_as_authorized", lambda: write(till, of_a_line, credit, **given))
    write(till, debit, credit, **given)
    connection.check_constraints()


def test_a_contribution_goes_back_to_the_funder_that_two_persons_named(till):
    ours, other = (till.endow(5_000, at=at(2026, 6, day)) for day in (1, 2))
    asked = authorized(till, None, "RESTITUTION", 5_000, contribution=ours)
    given = {"kind": "RESTITUTION", "authorization": asked}
    wrong, right = (ledger.restitution(amount=5_000, line=one.pk) for one in (other, ours))
    denied("lg_as_authorized", lambda: write(till, *wrong, **given))
    elsewhere = right[0], Leg("UNIDENTIFIED", -5_000)
    denied("lg_as_authorized", lambda: write(till, *elsewhere, **given))
    write(till, *right, **given)
    connection.check_constraints()


def test_a_payment_is_the_one_that_two_persons_released(till):
    assert till.dotation
    advance = till.contracted()
    order = till.prepare(advance, amount=100_000)
    paid = {"kind": "DISBURSEMENT", "advance": advance, "order": order, "value_on": order.pay_on}
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
    denied("lg_as_released", lambda: write(till, *legs, **{**paid, "value_on": JUNE}))
    elsewhere = Leg("RECEIVABLE", 100_000), Leg("OVERPAID", -100_000)
    denied("lg_as_released", lambda: write(till, *elsewhere, **paid))
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
    if status == "REFUSED":
        undo["reversal"] = till.ask_reversal(repayment, JUNE)
    approved(till, undo["reversal"])
    later = {"value_on": date(2026, 6, 16)}
    denied("lg_undone_as_approved", lambda: write(till, *exact, **undo, **later))
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
    asked = authorized(till, till.lent(), "WRITE_OFF", **WAITING)
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
    advance = till.lent()
    denied(
        "authorization_loss_has_its_cause",
        lambda: authorized(till, advance, "WRITE_OFF", cause=""),
    )


def test_a_loss_is_one_that_the_committee_accepted_on_that_advance(till):
    advance, other = till.lent(), till.lent()
    accepted = Decision.objects.get(pk=till.loss_accepted(advance))
    declined = make_accepted(advance.decision, "WRITE_OFF", outcome="DECLINED")
    for decision in (
        None,
        advance.decision,
        declined,
        make_accepted(advance.decision, "MORATORIUM"),
        Decision.objects.get(pk=till.loss_accepted(other)),
    ):
        denied(
            "authorization_loss_has_its_decision",
            lambda one=decision: authorized(till, advance, "WRITE_OFF", decision_id=one and one.pk),
        )
    waiting = authorized(till, advance, "WRITE_OFF", decision_id=accepted.pk, **WAITING)
    Decision.objects.filter(pk=accepted.pk).update(lapsed_at=at())
    denied("authorization_loss_has_its_decision", lambda: decide(till, waiting))
    decide(till, waiting, "REFUSED")


@pytest.mark.parametrize("first", [WAITING, {}])
def test_a_decision_lets_one_loss_be_asked(till, first):
    advance = till.lent()
    about = {"decision_id": till.loss_accepted(advance), **WAITING}
    authorized(till, advance, "WRITE_OFF", **{**about, **first})
    denied(
        "authorization_decision_serves_once",
        lambda: authorized(till, advance, "WRITE_OFF", 5_000, **about),
    )


def test_a_loss_refused_or_undone_frees_its_decision_for_one_other(till):
    assert till.dotation
    advance = till.lent()
    decision = till.loss_accepted(advance)
    asked = {"decision_id": decision, **WAITING}
    decide(till, authorized(till, advance, "WRITE_OFF", **asked), "REFUSED")
    till.reverse(write_off(till, advance, 20_000, JUNE), JUNE)
    assert till.loss_accepted(advance) == decision
    decide(till, authorized(till, advance, "WRITE_OFF", **asked))
    denied(
        "authorization_decision_serves_once",
        lambda: authorized(till, advance, "WRITE_OFF", **asked),
    )


def decide(till, asked, status: str = "APPROVED") -> None:
    type(asked).objects.filter(pk=asked.pk).update(
        status=status, decided_at=at(), decided_by=till.finance
    )


def test_what_two_persons_decided_is_not_rewritten(till):
    repayment = till.repay(till.lent(), 20_000, JUNE)
    accepted, left = till.ask_reversal(repayment, JUNE), authorized(till, repayment.advance, "KEPT")
    till.approve(accepted)
    for change in (
        {"status": "REFUSED"},
        {"status": "PROPOSED", "decided_at": None, "decided_by": None},
        {"decided_by": till.checker},
        {"decided_at": at(2026, 6, 16)},
    ):
        for name, one in (("reversal", accepted), ("authorization", left)):
            rewrite = type(one).objects.filter(pk=one.pk).update
            denied(f"funds_{name}_is_frozen", lambda act=rewrite, to=change: act(**to))


def test_an_order_decided_is_not_rewritten(till):
    paid = till.lent().payment_orders.get()
    advance = till.contracted()
    withdrawn = till.prepare(advance)
    operations.cancel_payment(order_id=withdrawn.pk, by=till.operator, at=at(2026, 5, 5))
    undone = {"status": "PREPARED", "cancelled_at": None, "cancelled_by": None}
    free = {"status": "PREPARED", "released_at": None, "released_by": None, "payee": None}
    for order, change in (
        (paid, {"released_by": till.checker}),
        (paid, {"released_at": at(2026, 5, 16)}),
        (paid, {"payee": till.known(advance)}),
        (paid, free),
        (withdrawn, undone),
        (withdrawn, {"cancelled_by": till.finance}),
    ):
        rewrite = PaymentOrder.objects.filter(pk=order.pk).update
        denied("funds_paymentorder_is_frozen", lambda act=rewrite, to=change: act(**to))


def test_bank_details_decided_are_not_rewritten(till):
    advance = till.signed()
    refused_ones = till.propose_payee(advance)
    operations.refuse_payee(payee_id=refused_ones.pk, by=till.finance, at=at(2026, 4, 23))
    known = till.known(advance)
    for payee, change in (
        (refused_ones, {"status": "APPROVED", "verification": "MATCH"}),
        (known, {"decided_at": at(2026, 4, 1)}),
        (known, {"decided_by": till.finance}),
        (known, {"verification": "NOT_ASKED"}),
    ):
        rewrite = PayeeAccount.objects.filter(pk=payee.pk).update
        denied("funds_payeeaccount_is_frozen", lambda act=rewrite, to=change: act(**to))


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
