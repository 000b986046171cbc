"""Payments stopped before the bank: too late for their plan, or asked to wait (S38)."""

import dataclasses
import re
from datetime import date
from functools import partial
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied
from basins.enums import Role
from funds import operations
from funds.models import SepaFile, SepaTransfer
from funds.queries import transfers as queries
from funds.queries.books import book_of, standings_of
from funds.queries.reminders import reminders_due
from tests.builders import at, make_accepted
from tests.funds.attacks import denied
from tests.funds.banking import entry, statement
from tests.funds.pages.conftest import text
from tests.funds.test_transfers import NOW, ask_more, build, payable


def test_what_would_leave_too_late_for_its_plan_is_prepared_again(till, bank):
    """Its plan runs from the day of its entry: not a month later, nor once a line is due."""
    order, in_time = payable(till), payable(till)
    deferred = till.lent(grace_months=6).payment_orders.get()
    file = build(till, in_time, at=at(2026, 6, 12))
    for late in (order, deferred):
        with pytest.raises(ActionDenied, match="devait partir le 14/06/2026 au plus tard"):
            build(till, late, at=at(2026, 6, 13))
        fields = {"file": file, "order": late, "payee": late.payee, "amount": late.amount}
        fields |= {"end_to_end_id": "X", "pay_on": date(2026, 6, 15)}
        denied("sepa_transfer_follows_its_plan", partial(SepaTransfer.objects.create, **fields))
    saturday = at(2026, 6, 13)
    till.reverse(order.entry, saturday.date())
    again = till.release(till.prepare(order.advance, pay_on=saturday.date()), at=saturday)
    assert build(till, again.order, at=saturday).transfers.get().pay_on == date(2026, 6, 15)
    left = book_of(order.advance).position(date(2026, 6, 15)).unpaid_lines
    assert left[0].due_on == date(2026, 7, 13)


def kept(till, file, *, on):
    """The second person tries to download the file on a day, then to note it as sent."""
    sent = {"sent_at": on, "sent_by": till.finance}
    denied(
        "sepa_transfer_follows_its_plan",
        lambda: SepaFile.objects.filter(pk=file.pk).update(**sent),
    )
    for act in (operations.download_file, operations.mark_sent):
        with pytest.raises(ActionDenied) as refused:
            act(file_id=file.pk, by=till.finance, at=on)
        yield refused.value.reason


def test_a_file_made_in_time_is_not_handed_over_too_late_for_its_plan(till, bank):
    """The first instalment is due on Monday 15 June: on that day it may no longer leave."""
    order = payable(till)
    file = build(till, order)
    asked = {"file_id": file.pk, "by": till.finance}
    assert operations.download_file(at=at(2026, 6, 12), **asked)
    for said in kept(till, file, on=at(2026, 6, 15)):
        assert "devait partir le 14/06/2026 au plus tard" in said
        assert "Si la banque l'a déjà, attendez le relevé qui le montre." in said
    name = file.transfers.get().end_to_end_id
    gone = entry("10000.00", "VIR", credit=False, day=date(2026, 6, 12), end_to_end_id=name)
    june = {"since": date(2026, 5, 1), "until": date(2026, 6, 14)}
    bank.load(statement(gone, opening=2_000_000, **june))
    assert operations.mark_sent(at=at(2026, 6, 15), **asked).sent_at


def rewrite(till, advance, reason: str, *days: date) -> None:
    """The committee asks for what is owed in equal lines, from 2 June on."""
    part = advance.granted_amount // len(days)
    operations.reschedule(
        advance_id=advance.pk,
        decision_id=make_accepted(advance.decision, reason).pk,
        reason=reason,
        rows=[(day, part) for day in days],
        effective_on=date(2026, 6, 2),
        note="Vu",
        by=till.operator,
        at=at(2026, 6, 2),
        command_key=uuid4(),
    )


def test_a_file_leaves_with_the_plan_that_the_committee_wrote_since(till, bank):
    sooner, later = till.contracted(grace_months=6), till.contracted()
    rows = [(date(2026, 6, 5), 500_000), (date(2026, 9, 5), 500_000)]
    orders = [till.prepare(sooner), till.prepare(later, rows=rows)]
    files = [build(till, till.release(order).order) for order in orders]
    rewrite(till, sooner, "RESCHEDULE", date(2026, 6, 5), date(2026, 9, 5))
    rewrite(till, later, "MORATORIUM", date(2026, 12, 5))
    thursday, friday = at(2026, 6, 4), at(2026, 6, 5)
    operations.download_file(file_id=files[0].pk, by=till.finance, at=thursday)
    for said in kept(till, files[0], on=friday):
        assert "devait partir le 04/06/2026 au plus tard" in said
    operations.mark_sent(file_id=files[1].pk, by=till.finance, at=friday)


def test_a_tranche_leaves_while_an_instalment_of_the_one_before_is_late(till, bank):
    advance = till.contracted()
    till.release(till.prepare(advance, amount=500_000))
    june = date(2026, 6, 20)
    tranche = till.release(
        till.prepare(advance, amount=500_000, pay_on=june, at=at(2026, 6, 19)), at=at(2026, 6, 20)
    )
    late = book_of(advance).position(june).unpaid_lines[0]
    assert late.due_on == date(2026, 6, 15)
    file = build(till, tranche.order, at=at(2026, 6, 22))
    operations.mark_sent(file_id=file.pk, by=till.finance, at=at(2026, 6, 22))


def test_nothing_is_asked_of_a_company_whose_payment_is_stopped(
    client_as, till, bank, time_machine
):
    order, gone = payable(till), payable(till)
    bank.load(
        statement(entry("1.00", "VIR", day=date(2026, 5, 15)), opening=2_000_000,
                  since=date(2026, 5, 1), until=date(2026, 5, 31))
    )  # fmt: skip
    file = build(till, gone)
    operations.mark_sent(file_id=file.pk, by=till.finance, at=NOW)
    ask_more(till, order)
    time_machine.move_to(at(2026, 7, 25))
    on = date(2026, 7, 25)
    both = [order.advance, gone.advance]
    due = reminders_due(both, standings_of(both, on=on), on=on)
    assert {one.advance for one in due} == {gone.advance}
    operator = client_as(Role.OPERATOR, user=till.operator)
    for page in ("relances/", f"avances/{order.advance.reference}/"):
        shown = text(operator.get(f"/bassins/savoie/fonds/{page}"))
        assert re.search(r"est arrêté avant la banque\. .* vérifier.:.Accord de la Région", shown)
    till.meet(order.advance.preconditions.get(label="Accord de la Région"), at=at(2026, 7, 25))
    stopped = queries.stopped_payments(at=at(2026, 7, 25))
    assert "au plus tard pour suivre son échéancier" in stopped.pop(order.advance_id)
    assert not stopped


def test_a_payment_is_told_to_be_stopped_whatever_the_next_one_is(till, bank, monkeypatch):
    order = payable(till)
    bank.load(
        statement(entry("1.00", "VIR", day=date(2026, 5, 15)), opening=2_000_000,
                  since=date(2026, 5, 1), until=date(2026, 5, 31))
    )  # fmt: skip
    assert queries.stopped_payments(at=NOW) == {}
    [fine] = queries.facts_of([order], at=NOW)
    late = dataclasses.replace(fine, latest_on=date(2026, 1, 1))
    monkeypatch.setattr(queries, "facts_of", lambda *_, **__: [late, fine])
    assert "devait partir le 01/01/2026" in queries.stopped_payments(at=NOW)[order.advance_id]
