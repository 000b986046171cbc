"""Each form and each decision sent twenty times at once, then a day later: it acts once (S41)."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps

from alize.audit.models import AuditEvent
from alize.outbox.models import Entry as Outbox
from basins import tenancy
from basins.models import Basin
from funds import operations
from funds.enums import EntryKind
from funds.models import BankLine, BankNumber, JournalCounter, Posting, ScheduleLine
from tests.builders import at, make_accepted
from tests.funds.bank import samples
from tests.funds.banking import Bank, entry, statement
from tests.funds.conftest import Till, at_once, refusals
from tests.funds.test_payees import OTHER_IBAN

SENT_AT = at(2026, 8, 1)
BOOKED_ON, DAY = date(2026, 6, 2), date(2026, 6, 15)
DETAILS = {Posting, ScheduleLine, JournalCounter}
"""Parts of what is counted already."""
MODELS = {*apps.get_app_config("funds").get_models(), AuditEvent} - DETAILS
Send = Callable[..., Any]
UNKNOWN = ("100.00", True), ("2.00", False), ("100.00", False)
"""The operations that a statement shows of each kind: an amount, and whether it is a credit."""


class Desk(Till):
    """The same people, with an account at the bank and operations that nobody knows."""

    @cached_property
    def bank(self) -> Bank:
        bank = Bank(self)
        entries = [
            entry(amount, f"OPERATION {rank}", credit=credit, ref=f"{rank} {kind}", day=BOOKED_ON)
            for kind, (amount, credit) in enumerate(UNKNOWN)
            for rank in range(12)
        ]
        bank.load(statement(*entries, since=date(2026, 5, 1), until=date(2026, 6, 3)))
        return bank

    def line(self, amount: int) -> BankLine:
        return next(line for line in self.bank.lines() if line.amount == amount)


@pytest.fixture(scope="module")
def desk(committed: Basin) -> Desk:
    return Desk(committed)


def without_key(send: Send) -> Send:
    """A decision: its row says that it is made, no key is needed."""
    return lambda command_key, **told: send(**told)


# -- Money in and out --------------------------------------------------------------------------


def of_a_contribution(desk: Desk) -> Send:
    return lambda **told: desk.endow(5_000, **told)


def of_a_payment(desk: Desk) -> Send:
    advance = desk.contracted()
    return lambda **told: desk.prepare(advance, **told)


def of_a_release(desk: Desk) -> Send:
    assert desk.dotation
    order = desk.prepare(desk.contracted())
    return without_key(lambda **told: desk.release(order, **told))


def of_a_cancelled_payment(desk: Desk) -> Send:
    order = desk.prepare(desk.contracted())
    asked = {"order_id": order.pk, "by": desk.operator}
    return without_key(lambda **told: operations.cancel_payment(**asked, **told))


def of_a_repayment(desk: Desk) -> Send:
    advance = desk.lent()
    return lambda **told: desk.repay(advance, 10_000, DAY, **told)


def of_a_fee(desk: Desk) -> Send:
    fee = {"amount": 100, "taken_on": DAY, "by": desk.operator}
    return lambda **told: operations.record_bank_fee(**fee, **told)


# -- What two persons decide -------------------------------------------------------------------


def lost(desk: Desk, advance) -> Send:
    asked = operations.Asked(
        kind="WRITE_OFF", amount=1_000_000, value_on=DAY, reason="Liquidation",
        advance_id=advance.pk, cause="LIQUIDATION", decision_id=desk.loss_accepted(advance),
    )  # fmt: skip
    return lambda **told: operations.propose(asked, by=desk.operator, **told)


def of_a_write_off(desk: Desk) -> Send:
    return lost(desk, desk.lent())


def of_an_approved_write_off(desk: Desk) -> Send:
    made = of_a_write_off(desk)(command_key=uuid4(), at=SENT_AT)
    asked = {"authorization_id": made.pk, "by": desk.finance}
    return without_key(lambda **told: operations.approve_authorization(**asked, **told))


def of_a_recovery(desk: Desk) -> Send:
    advance = desk.lent()
    made = lost(desk, advance)(command_key=uuid4(), at=SENT_AT)
    operations.approve_authorization(authorization_id=made.pk, by=desk.finance, at=SENT_AT)
    back = {"advance_id": advance.pk, "amount": 600_000, "value_on": DAY, "by": desk.operator}
    return lambda **told: operations.record_recovery(**back, **told)


def of_a_refund(desk: Desk) -> Send:
    advance = desk.lent()
    desk.repay(advance, 1_005_000, DAY)
    asked = operations.Asked(
        kind="REFUND", amount=5_000, value_on=DAY, reason="Rendu", advance_id=advance.pk
    )
    return lambda **told: operations.propose(asked, by=desk.operator, **told)


def of_a_refused_refund(desk: Desk) -> Send:
    made = of_a_refund(desk)(command_key=uuid4(), at=SENT_AT)
    asked = {"authorization_id": made.pk, "by": desk.finance}
    return without_key(lambda **told: operations.refuse_authorization(**asked, **told))


def of_a_reversal(desk: Desk) -> Send:
    wrong = desk.repay(desk.lent(), 10_000, DAY)
    return lambda **told: desk.ask_reversal(wrong, DAY, **told)


def of_an_approved_reversal(desk: Desk) -> Send:
    asked = desk.ask_reversal(desk.repay(desk.lent(), 10_000, DAY), DAY)
    return without_key(lambda **told: desk.approve(asked, **told))


def of_a_refused_reversal(desk: Desk) -> Send:
    made = desk.ask_reversal(desk.repay(desk.lent(), 10_000, DAY), DAY)
    asked = {"reversal_id": made.pk, "by": desk.finance}
    return without_key(lambda **told: operations.refuse_reversal(**asked, **told))


def of_a_plan(desk: Desk) -> Send:
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


# -- Bank details ------------------------------------------------------------------------------


def of_a_payee(desk: Desk) -> Send:
    advance = desk.signed()
    return lambda **told: desk.propose_payee(advance, **told)


def of_an_approved_payee(desk: Desk) -> Send:
    payee = desk.propose_payee(desk.signed())
    return without_key(lambda **told: desk.approve_payee(payee, **told))


def of_a_refused_payee(desk: Desk) -> Send:
    payee = desk.propose_payee(desk.signed(), iban=OTHER_IBAN)
    asked = {"payee_id": payee.pk, "by": desk.finance}
    return without_key(lambda **told: operations.refuse_payee(**asked, **told))


def of_a_change_of_bank(desk: Desk) -> Send:
    account = desk.bank.account
    asked = {
        "bank_name": "Banque du Lac", "holder": "FONDS ALIZE", "iban": samples.NEW_IBAN,
        "bic": "AGRIFRPP", "wanted_on": date(2027, 3, 8), "by": desk.operator,
    }  # fmt: skip
    return lambda **told: operations.propose_number(account_id=account.pk, **asked, **told)


def of_a_refused_change_of_bank(desk: Desk) -> Send:
    waiting = BankNumber.objects.filter(status="PROPOSED").first()
    made = waiting or of_a_change_of_bank(desk)(command_key=uuid4(), at=SENT_AT)
    asked = {"number_id": made.pk, "by": desk.finance}
    return without_key(lambda **told: operations.refuse_number(**asked, **told))


def of_an_approved_change_of_bank(desk: Desk) -> Send:
    made = of_a_change_of_bank(desk)(command_key=uuid4(), at=SENT_AT)
    asked = {"number_id": made.pk, "by": desk.finance}
    return without_key(lambda **told: operations.approve_number(**asked, **told))


# -- Files of transfers ------------------------------------------------------------------------


def in_time(send: Send) -> Send:
    """Two months before the others: a transfer leaves within the month of its entry."""
    return lambda *, at, **told: send(at=at - timedelta(days=61), **told)


def of_a_file(desk: Desk) -> Send:
    assert desk.bank
    orders = [desk.lent().payment_orders.get().pk for _ in range(2)]
    return in_time(lambda **told: operations.build_file(order_ids=orders, by=desk.operator, **told))


def of_a_sent_file(desk: Desk) -> Send:
    asked = {"file_id": of_a_file(desk)(command_key=uuid4(), at=SENT_AT).pk, "by": desk.finance}
    return without_key(in_time(lambda **told: operations.mark_sent(**asked, **told)))


def of_a_cancelled_file(desk: Desk) -> Send:
    asked = {"file_id": of_a_file(desk)(command_key=uuid4(), at=SENT_AT).pk, "by": desk.operator}
    return without_key(in_time(lambda **told: operations.cancel_file(**asked, **told)))


# -- Lines of statements -----------------------------------------------------------------------


def told_of_a_line(desk: Desk, line: BankLine, act: Send, **asked: Any) -> Send:
    return lambda **told: desk.bank.do(act, line, **asked, **told)


def a_part(desk: Desk, line: BankLine) -> list[tuple[int, int]]:
    return [(desk.lent().pk, line.amount)]


def of_a_repaid_line(desk: Desk) -> Send:
    line = desk.line(10_000)
    act = operations.clear_with_repayments
    return told_of_a_line(desk, line, act, parts=a_part(desk, line))


def of_a_line_brought(desk: Desk) -> Send:
    act = operations.clear_with_contribution
    return told_of_a_line(desk, desk.line(10_000), act, funder="Région")


def of_a_cost(desk: Desk) -> Send:
    act = operations.clear_as_cost
    return told_of_a_line(desk, desk.line(-200), act, kind=EntryKind.BANK_FEE)


def of_a_suspended_line(desk: Desk) -> Send:
    return told_of_a_line(desk, desk.line(10_000), operations.suspend_line)


def of_an_identified_line(desk: Desk) -> Send:
    line = desk.line(10_000)
    desk.bank.do(operations.suspend_line, line, at=SENT_AT)
    return told_of_a_line(desk, line, operations.identify_line, parts=a_part(desk, line))


def of_a_line_for_the_other_account(desk: Desk) -> Send:
    return told_of_a_line(desk, desk.line(10_000), operations.move_line)


def of_a_tied_line(desk: Desk) -> Send:
    known = desk.repay(desk.lent(), 10_000, DAY)
    line = desk.line(10_000)
    return told_of_a_line(desk, line, operations.clear_with_entry, entry_id=known.pk)


def of_a_line_sent_back(desk: Desk) -> Send:
    known = desk.repay(desk.lent(), 10_000, date(2026, 6, 1))
    line = desk.line(-10_000)
    return told_of_a_line(desk, line, operations.clear_as_return, entry_id=known.pk)


def of_an_untied_line(desk: Desk) -> Send:
    tied = of_a_tied_line(desk)(command_key=uuid4(), at=SENT_AT)
    asked = {"clearing_id": tied.pk, "by": desk.operator}
    return without_key(lambda **told: operations.undo_clearing(**asked, **told))


FORMS: list[tuple[Callable[[Desk], Send], dict[str, int]]] = [
    (of_a_contribution, {"Contribution": 1, "Entry": 1}),
    (of_a_payment, {"PaymentOrder": 1}),
    (of_a_release, {"Entry": 1, "ScheduleVersion": 1}),
    (of_a_cancelled_payment, {}),
    (of_a_repayment, {"Entry": 1}),
    (of_a_fee, {"Entry": 2}),
    (of_a_write_off, {"Authorization": 1}),
    (of_an_approved_write_off, {"Entry": 1}),
    (of_a_recovery, {"Entry": 1}),
    (of_a_refund, {"Authorization": 1}),
    (of_a_refused_refund, {}),
    (of_a_reversal, {"Reversal": 1}),
    (of_an_approved_reversal, {"Entry": 1}),
    (of_a_refused_reversal, {}),
    (of_a_plan, {"ScheduleVersion": 1}),
    (of_a_payee, {"PayeeAccount": 1, "told": 2}),
    (of_an_approved_payee, {"told": 2}),
    (of_a_refused_payee, {}),
    (of_a_change_of_bank, {"BankNumber": 1, "told": 3}),
    (of_a_refused_change_of_bank, {}),
    (of_an_approved_change_of_bank, {"told": 3}),
    (of_a_file, {"SepaFile": 1, "SepaTransfer": 2}),
    (of_a_sent_file, {}),
    (of_a_cancelled_file, {}),
    (of_a_repaid_line, {"Entry": 1, "Clearing": 1, "AuditEvent": 2}),
    (of_a_line_brought, {"Contribution": 1, "Entry": 1, "Clearing": 1, "AuditEvent": 2}),
    (of_a_cost, {"Entry": 2, "Clearing": 1}),
    (of_a_suspended_line, {"Entry": 1, "Clearing": 1}),
    (of_an_identified_line, {"Entry": 1, "Clearing": 1, "AuditEvent": 2}),
    (of_a_line_for_the_other_account, {"Entry": 3, "Clearing": 2, "AuditEvent": 2}),
    (of_a_tied_line, {"Clearing": 1}),
    (of_a_line_sent_back, {"Reversal": 1, "Clearing": 1, "AuditEvent": 2}),
    (of_an_untied_line, {}),
]
"""What each writes, beside one line of the journal; `told` is who gets a mail."""


def counted() -> Counter[str]:
    """How many rows of each kind there are."""
    rows = Counter({one.__name__: one._default_manager.count() for one in MODELS})
    with tenancy.national():
        rows["told"] = Outbox.objects.filter(kind="notifications.send").count()
    return rows


@pytest.mark.parametrize(
    ("form", "expected"), [pytest.param(*case, id=case[0].__name__) for case in FORMS]
)
def test_what_is_sent_twenty_times_at_once_then_a_day_later_acts_once(
    committed, desk, form, expected
):
    send, key = form(desk), uuid4()
    before = counted()
    results = at_once(committed, *[lambda: send(command_key=key, at=SENT_AT)] * 20)
    assert not refusals(results)
    assert results == results[:1] * 20
    assert counted() - before == {"AuditEvent": 1, **expected}
    assert send(command_key=key, at=SENT_AT + timedelta(days=1)) == results[0]
    assert counted() - before == {"AuditEvent": 1, **expected}
