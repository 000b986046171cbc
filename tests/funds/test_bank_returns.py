"""What a bank sends back: our transfers, companies' debits, whole or in part (funds.md 3.3)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from basins.enums import Role
from funds import operations
from funds.bank_screen import choices_of, line_facts
from funds.enums import EntryKind
from funds.models import BankLine, Clearing, Entry, Reversal
from funds.queries import bank as queries
from funds.queries import verification
from funds.queries.reconciliation import reconciliation
from tests.builders import at
from tests.funds.bank import samples
from tests.funds.bank.samples import Detail, camt
from tests.funds.bank.samples import Entry as Booked
from tests.funds.banking import NOW, balance, entry, euros, statement

PAID, BACK = date(2026, 5, 18), date(2026, 5, 20)
DAYS = {"since": date(2026, 5, 14), "until": date(2026, 5, 20)}


def transfer(amount: str, identifier: str, **returned) -> Booked:
    """A transfer of ours that leaves, or that comes back with a reason."""
    back = bool(returned)
    text = "REJET AVANCE" if back else "AVANCE REMBOURSABLE"
    detail = Detail(amount, identifier, "ATELIER", samples.COMPANY_IBAN, text, **returned)
    day = BACK if back else PAID
    return Booked(amount, back, day, f"B{back}", (detail,), reversal=back)


def sent(bank, order) -> str:
    """Release an order and send it in a file: the identifier of its transfer."""
    bank.till.release(order, at=at(2026, 5, 15, 9))
    asked = {"by": bank.till.operator, "at": at(2026, 5, 15, 10)}
    file = operations.build_file(order_ids=[order.pk], command_key=uuid4(), **asked)
    operations.mark_sent(file_id=file.pk, by=bank.till.finance, at=at(2026, 5, 15, 11))
    return file.transfers.get().end_to_end_id


@pytest.mark.parametrize("lines", [1, 36])
def test_a_transfer_sent_back_is_undone_by_two_persons_and_never_a_repayment(bank, lines):
    advance = bank.till.contracted(amount=1_000_000, lines=lines)
    order = bank.till.prepare(advance)
    name = sent(bank, order)
    both = transfer("10000.00", name), transfer("10000.00", name, reason="AC04")
    bank.load(camt(entries=both, opening="1000000.00", closing="1000000.00", **DAYS))
    assert not Entry.objects.filter(kind="REPAYMENT").exists()
    assert not bank.lines()
    asked = Reversal.objects.get()
    assert (asked.entry, asked.cause, asked.status) == (order.entry, "AC04", "PROPOSED")
    assert (asked.value_on, "AC04" in asked.reason) == (BACK, True)
    returned = Clearing.objects.get(act="BOUNCE")
    assert "Compte clos (AC04)" in [fact.value for fact in line_facts(returned.line)]
    assert balance("RECEIVABLE") == 1_000_000
    bank.till.approve(asked, at=NOW)
    assert balance("RECEIVABLE") == 0
    assert not bank.lines()
    assert not queries.unseen_entries(bank.account)
    assert not verification.verify().findings
    again = transfer("10000.00", name, reason="AC04")
    later = {"since": date(2026, 5, 21), "until": date(2026, 5, 22)}
    bank.load(camt(entries=(again,), opening="1000000.00", closing="1010000.00", **later))
    assert not Entry.objects.filter(kind="REPAYMENT").exists()


def test_the_return_of_a_tranche_is_proposed_before_the_bank_showed_its_payment(bank):
    advance = bank.till.contracted()
    bank.till.release(bank.till.prepare(advance, amount=400_000), at=at(2026, 5, 15, 9))
    second = bank.till.prepare(advance, amount=600_000, pay_on=PAID, at=at(2026, 5, 16))
    bank.till.release(second, at=at(2026, 5, 18, 9))
    # No file here: the transfer was typed on the site of the bank.
    back = Detail("6000.00", text="VIREMENT NON EXECUTE", reason="XX99")
    back = Booked("6000.00", True, BACK, "B9", (back,), reversal=True)
    bank.load(camt(entries=(back,), opening="0.00", closing="6000.00", **DAYS))
    (line,) = bank.lines()
    (returned, suspense) = choices_of(line, left=line.amount, on=BACK)
    assert returned.value == f"BOUNCE:{second.entry.pk}:600000"
    assert returned.label.startswith("Retour du versement BA-2026-")
    assert suspense.value == "SUSPENSE"
    bank.do(operations.clear_as_return, line, entry_id=second.entry.pk)
    asked = Reversal.objects.get()
    assert (asked.cause, "XX99" in asked.reason) == ("BANK", True)
    bank.till.approve(asked, at=NOW)
    assert balance("RECEIVABLE") == 400_000


def sent_and_returned(bank, amount: str) -> BankLine:
    """The line by which a transfer of 10 000,00 € in a file came back."""
    name = sent(bank, bank.till.prepare(bank.till.contracted()))
    both = transfer("10000.00", name), transfer(amount, name, reason="AC04")
    closing = euros(100_000_000 - 1_000_000 + round(float(amount) * 100))
    bank.load(camt(entries=both, opening="1000000.00", closing=closing, **DAYS))
    return BankLine.objects.get(amount__gt=0)


def test_a_transfer_sent_back_less_its_fee_is_undone_and_the_fee_is_a_cost(bank):
    line = sent_and_returned(bank, "9988.00")
    paid = Entry.objects.get(kind="DISBURSEMENT")
    assert not Reversal.objects.exists()
    (returned, suspense) = choices_of(line, left=line.amount, on=BACK)
    assert (returned.value, suspense.value) == (f"BOUNCE:{paid.pk}:998800", "SUSPENSE")
    assert "10\u202f000\xa0€ dont 12\xa0€ retenus" in returned.reason
    bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    assert queries.line_left(line) == -1_200
    with pytest.raises(ActionDenied, match="Un débit ne se porte pas"):
        bank.do(operations.move_line, line)
    (fee, _) = choices_of(line, left=-1_200, on=BACK)
    assert (fee.value, fee.reason) == ("FEE", "retenus sur ce que la banque a renvoyé")
    bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    assert not bank.lines()
    bank.till.approve(Reversal.objects.get(), at=NOW)
    assert (balance("RECEIVABLE"), balance("BANK_FEES")) == (0, 1_200)
    assert (balance("FUND_LIAISON"), balance("OPS_LIAISON")) == (1_200, -1_200)
    assert bank.held == 100_000_000 - 1_200
    assert not bank.lines()
    assert not queries.unseen_entries(bank.account)
    found = reconciliation(bank.account)
    assert (found.difference, found.unexplained) == (0, 0)
    assert not verification.verify().findings


def test_a_return_less_its_fee_that_is_refused_is_left_whole_to_explain(bank):
    line = sent_and_returned(bank, "9988.00")
    paid = Entry.objects.get(kind="DISBURSEMENT")
    bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    asked = Reversal.objects.get()
    operations.refuse_reversal(reversal_id=asked.pk, by=bank.till.finance, at=NOW)
    assert queries.line_left(line) == 1_000_000
    assert choices_of(line, left=1_000_000, on=BACK)[0].value == f"BOUNCE:{paid.pk}:1000000"


def test_a_transfer_is_not_sent_back_less_a_tenth_of_it(bank):
    line = sent_and_returned(bank, "9000.00")
    paid = Entry.objects.get(kind="DISBURSEMENT")
    assert [choice.value for choice in choices_of(line, left=900_000, on=BACK)] == ["SUSPENSE"]
    with pytest.raises(ActionDenied, match="ne reprend pas"):
        bank.do(operations.clear_as_return, line, entry_id=paid.pk)


def test_the_page_of_a_return_less_its_fee_asks_for_the_rest(client_as, bank, time_machine):
    line = sent_and_returned(bank, "9988.00")
    time_machine.move_to(at(2027, 3, 10))
    operator = client_as(Role.OPERATOR, user=bank.till.operator)
    page = f"/bassins/savoie/fonds/banque/lignes/{line.pk}/"
    choice = f"BOUNCE:{Entry.objects.get(kind='DISBURSEMENT').pk}:998800"
    answer = {"form": "choice", "choice": choice, "command_key": uuid4()}
    shown = operator.post(page, answer, follow=True).content.decode()
    assert f"{format_euros(-1_200)}</strong> à expliquer" in shown
    assert "Porter sur l" not in shown
    assert "dotation d'un financeur" not in shown
    answer = {"form": "choice", "choice": "FEE", "command_key": uuid4()}
    assert operator.post(page, answer).status_code == 302
    assert not bank.lines()


MARCH = {"since": date(2027, 3, 3), "until": date(2027, 3, 6)}


def returned(amount: str, text: str, **detail) -> Booked:
    return entry(amount, text, credit=False, ref="BACK", day=date(2027, 3, 5), **detail)


def test_the_return_of_a_line_that_was_split_is_left_for_a_person(bank):
    one, two = bank.till.lent(), bank.till.lent()
    bank.load(statement(entry("300.00", "DEUX AVANCES")))
    parts = [(one.pk, 10_000), (two.pk, 20_000)]
    bank.do(operations.clear_with_repayments, bank.lines()[0], parts=parts)
    back = returned("300.00", f"REJET {one.reference}", reason="AM04")
    made = bank.load(statement(back, opening=30_000, **MARCH))
    assert (made.done, made.matched, made.finished_at is None) == (1, 0, False)
    assert [line.amount for line in bank.lines()] == [-30_000]


def test_what_is_refused_by_itself_is_left_for_a_person(bank, monkeypatch):
    advance = bank.till.lent()

    def refused(*_, **__):
        raise ActionDenied("Cette période est close.")

    monkeypatch.setattr("funds.operations.matching.repay_with_line", refused)
    paid = entry("277.77", f"REMB {advance.reference}"), entry("1.00", "AUTRE")
    made = bank.load(statement(*paid))
    assert (made.done, made.matched, made.finished_at is None) == (2, 0, False)
    assert len(bank.lines()) == 2


def values(line) -> list[str]:
    choices = choices_of(line, left=queries.line_left(line), on=date(2027, 3, 10))
    return [choice.value for choice in choices]


def test_a_return_and_its_fee_in_one_debit_are_told_apart(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", f"REMB {advance.reference}", ref="A")))
    paid = Entry.objects.get(kind="REPAYMENT")
    back = returned("289.77", f"REJET {advance.reference}", reason="AM04")
    bank.load(statement(back, opening=27_777, **MARCH))
    (line,) = bank.lines()
    assert values(line)[0] == f"BOUNCE:{paid.pk}:28977"
    bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    assert queries.line_left(line) == -1_200
    assert values(line) == ["FEE", "SUSPENSE"]
    with pytest.raises(ActionDenied, match="ne reprend pas"):
        bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    assert not bank.lines()
    bank.till.approve(Reversal.objects.get(), at=NOW)
    assert (bank.lines(), balance("BANK_FEES")) == ([], 1_200)
    assert balance("RECEIVABLE") == 1_000_000
    assert not verification.verify().findings


def test_two_debits_sent_back_in_one_line_are_undone_each(bank):
    one, two = bank.till.lent(), bank.till.lent()
    both = (entry("277.77", f"REMB {a.reference}", ref=a.reference) for a in (one, two))
    bank.load(statement(*both))
    back = returned("555.54", "REJETS DE PRELEVEMENTS")
    bank.load(statement(back, opening=55_554, **MARCH))
    (line,) = bank.lines()
    for left in (55_554, 27_777):
        known = values(line)[0].split(":")
        assert (known[0], known[2]) == ("BOUNCE", str(left))
        bank.do(operations.clear_as_return, line, entry_id=int(known[1]))
    assert not bank.lines()
    for asked in Reversal.objects.all():
        bank.till.approve(asked, at=NOW)
    assert (bank.lines(), balance("RECEIVABLE")) == ([], 2_000_000)


def test_the_return_of_what_was_typed_before_the_bank_was_known(bank):
    advance = bank.till.lent()
    typed = bank.till.repay(advance, 27_777, date(2027, 2, 26))
    back = returned("277.77", f"REJET {advance.reference}", reason="AM04")
    bank.load(statement(back, opening=bank.held, **MARCH))
    asked = Reversal.objects.get()
    assert (asked.entry, asked.cause) == (typed, "AM04")
    bank.till.approve(asked, at=NOW)
    assert (bank.lines(), balance("RECEIVABLE")) == ([], 1_000_000)
    found = reconciliation(bank.account)
    assert (found.difference, found.unexplained) == (0, 0)


def test_the_return_of_a_line_that_waited_undoes_what_identified_it_too(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", "INCONNU")))
    (line,) = bank.lines()
    bank.do(operations.suspend_line, line)
    bank.do(operations.identify_line, line, parts=[(advance.pk, 27_777)])
    back = returned("277.77", f"REJET {advance.reference}", reason="MD06")
    bank.load(statement(back, opening=27_777, **MARCH))
    asked = Reversal.objects.get()
    assert (asked.entry.kind, asked.cause, bank.lines()) == ("UNIDENTIFIED", "MD06", [])
    bank.till.approve(asked, at=NOW)
    assert (balance("UNIDENTIFIED"), balance("RECEIVABLE")) == (0, 1_000_000)
    undone = Reversal.objects.exclude(pk=asked.pk).get()
    assert (undone.entry.kind, undone.cause) == ("REPAYMENT", "MD06")
    persons = bank.till.operator.pk, bank.till.finance.pk
    assert (undone.proposed_by_id, undone.decided_by_id) == persons
    assert not bank.lines()
    assert [one.suspended for one in queries.bank_lines()] == [0, 0]
    assert not queries.unseen_entries(bank.account)
    assert not verification.verify().findings


def test_the_return_of_a_line_that_waits_leaves_nothing_to_identify(bank):
    bank.load(statement(entry("277.77", "INCONNU", end_to_end_id="E1")))
    bank.do(operations.suspend_line, bank.lines()[0])
    back = returned("277.77", "REJET", end_to_end_id="E1", reason="AM04")
    bank.load(statement(back, opening=27_777, **MARCH))
    bank.till.approve(Reversal.objects.get(), at=NOW)
    assert (bank.lines(), balance("UNIDENTIFIED")) == ([], 0)
    assert [one.suspended for one in queries.bank_lines()] == [0, 0]
    assert not verification.verify().findings
