"""What waits on 471 and proves to be a return, or what was typed: off it by a second entry."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied
from basins.enums import Role
from funds import operations
from funds.bank_screen import choices_of, clearing_rows
from funds.enums import AuthorizationKind, EntryKind, Perimeter
from funds.models import Clearing, Entry, Reversal
from funds.queries import bank as queries
from funds.queries import verification
from funds.queries.reconciliation import reconciliation
from funds.rules import ledger
from tests.builders import at
from tests.funds.asking import done
from tests.funds.attacks import denied, write
from tests.funds.bank.samples import Detail, camt
from tests.funds.bank.samples import Entry as Booked
from tests.funds.banking import NOW, Bank, balance, entry, euros, statement

PAID, BACK = date(2026, 5, 15), date(2026, 5, 20)
DAYS = {"since": date(2026, 5, 14), "until": date(2026, 5, 20)}
ALL = 100_000_000


@pytest.fixture
def bank(till) -> Bank:
    assert till.dotation
    return Bank(till)


def waiting_return(bank: Bank, amount: str = "10000.00"):
    """The line of a transfer that came back in words alone, put on 471 by hand."""
    advance = bank.till.contracted()
    bank.till.release(bank.till.prepare(advance), at=at(2026, 5, 15, 9))
    gone = Detail("10000.00", text=f"VIR {advance.reference}")
    back = Detail(amount, text=f"RETOUR VIR {advance.reference}")
    both = (
        Booked("10000.00", False, PAID, "OUT", (gone,)),
        Booked(amount, True, BACK, "IN", (back,)),
    )
    held = ALL - 1_000_000 + round(float(amount) * 100)
    bank.load(camt(entries=both, opening=euros(ALL), closing=euros(held), **DAYS))
    (line,) = bank.lines()
    bank.do(operations.suspend_line, line)
    return line


def values(line) -> list[str]:
    waiting = queries.line_suspended(line)
    return [one.value for one in choices_of(line, left=waiting, on=BACK, waits=True)]


def agrees(bank: Bank) -> None:
    found = reconciliation(bank.account)
    assert (found.difference, found.unexplained) == (0, 0)
    assert not queries.unseen_entries(bank.account)
    assert not bank.lines()
    assert not verification.verify().findings


def test_a_line_that_waits_is_proposed_as_the_return_that_it_is(bank):
    line = waiting_return(bank)
    paid = Entry.objects.get(kind="DISBURSEMENT")
    advance = paid.advance_id
    assert values(line) == [f"IDENTIFIED:{advance}:1000000", f"BOUNCE:{paid.pk}:1000000"]
    bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    assert (queries.line_left(line), queries.line_suspended(line)) == (0, 0)
    assert (balance("UNIDENTIFIED"), balance("RECEIVABLE")) == (0, 1_000_000)
    assert not verification.verify().findings
    bank.till.approve(Reversal.objects.get(), at=NOW)
    assert (balance("UNIDENTIFIED"), balance("RECEIVABLE"), bank.held) == (0, 0, ALL)
    agrees(bank)


def test_a_return_that_is_refused_may_wait_again(bank):
    line = waiting_return(bank)
    paid = Entry.objects.get(kind="DISBURSEMENT")
    for _ in range(2):
        bank.do(operations.clear_as_return, line, entry_id=paid.pk)
        asked = Reversal.objects.get(status="PROPOSED")
        operations.refuse_reversal(reversal_id=asked.pk, by=bank.till.finance, at=NOW)
        assert (queries.line_left(line), queries.line_suspended(line)) == (1_000_000, 0)
        bank.do(operations.suspend_line, line)
        assert (queries.line_left(line), queries.line_suspended(line)) == (0, 1_000_000)
    assert balance("UNIDENTIFIED") == -1_000_000
    agrees(bank)


def test_a_return_that_waits_less_its_fee_leaves_the_fee_to_tell(bank):
    line = waiting_return(bank, "9988.00")
    paid = Entry.objects.get(kind="DISBURSEMENT")
    assert values(line)[0] == f"BOUNCE:{paid.pk}:998800"
    bank.do(operations.clear_as_return, line, entry_id=paid.pk)
    assert queries.line_left(line) == -1_200
    bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    bank.till.approve(Reversal.objects.get(), at=NOW)
    assert (balance("UNIDENTIFIED"), balance("BANK_FEES"), bank.held) == (0, 1_200, ALL - 1_200)
    agrees(bank)


def test_what_waited_and_is_explained_is_undone_by_no_entry_of_471(bank):
    line = waiting_return(bank)
    suspended = Clearing.objects.get(act="SUSPENSE").entry
    asked = bank.till.ask_reversal(suspended, BACK, at=NOW)
    bank.do(operations.clear_as_return, line, entry_id=Entry.objects.get(kind="DISBURSEMENT").pk)
    resumed = Clearing.objects.get(act="RESUMED").entry
    with pytest.raises(ActionDenied, match="n'attend plus d'être identifiée"):
        bank.till.approve(asked, at=NOW)
    with pytest.raises(ActionDenied, match="n'attend plus d'être identifiée"):
        bank.till.ask_reversal(resumed, BACK, at=NOW)
    rows = clearing_rows(line)
    assert not any(row.reverse_url for row in rows)
    assert [row.label.split(" : ")[0] for row in rows] == [
        "À identifier", "N'attend plus", "Retour de la banque",
    ]  # fmt: skip
    assert not any("À identifier : À identifier" in row.label for row in rows)
    legs = ledger.unidentified(amount=-1_000_000, bank="FUND_BANK")
    mirror = {"kind": "REVERSAL", "reverses": suspended, "reversal": asked}
    denied("lg_identified", lambda: write(bank.till, *legs, value_on=BACK, **mirror))


def test_a_debit_that_waits_is_the_refund_typed_since(bank):
    advance = bank.till.lent()
    bank.till.repay(advance, 1_027_777, date(2026, 6, 15))
    days = {"since": date(2027, 2, 20), "until": date(2027, 3, 3)}
    bank.load(statement(entry("277.77", "VIR EMIS", credit=False), opening=bank.held, **days))
    (line,) = bank.lines()
    bank.do(operations.suspend_line, line)
    refund = done(bank.till, AuthorizationKind.REFUND, 27_777, advance_id=advance.pk)
    typed = Entry.objects.get(kind="REFUND")
    assert refund
    assert values(line) == [f"ENTRY:{typed.pk}:27777", "FEE"]
    cleared = bank.do(operations.clear_with_entry, line, entry_id=typed.pk)
    assert (balance("UNIDENTIFIED"), balance("OVERPAID")) == (0, 0)
    agrees(bank)
    operations.undo_clearing(clearing_id=cleared.pk, by=bank.till.operator, at=NOW)
    assert queries.line_left(line) == -27_777


def test_what_the_bank_sends_back_is_never_what_no_longer_waits(bank):
    line = waiting_return(bank)
    bank.do(operations.clear_as_return, line, entry_id=Entry.objects.get(kind="DISBURSEMENT").pk)
    back = entry("10000.00", "REJET", credit=False, day=date(2026, 5, 21), reason="AM04")
    bank.load(statement(back, opening=ALL, since=date(2026, 5, 21), until=date(2026, 5, 22)))
    (left,) = bank.lines()
    shown = choices_of(left, left=left.amount, on=BACK)
    assert [choice.value for choice in shown] == ["FEE", "SUSPENSE"]


def test_what_waits_on_the_other_account_is_no_entry_of_this_one(bank):
    line = waiting_return(bank)
    bank.till.endow(5_000_000, perimeter=Perimeter.OPS)
    bank.do(operations.move_line, line)
    paid = Entry.objects.get(kind="DISBURSEMENT")
    for act in (operations.clear_as_return, operations.clear_with_entry):
        with pytest.raises(ActionDenied, match="portée sur l'autre compte"):
            bank.do(act, line, entry_id=paid.pk)


def test_the_page_of_a_line_that_waits_proposes_what_it_is(client_as, bank, time_machine):
    advance = bank.till.lent()
    bank.load(statement(entry("300.00", f"ACOMPTE {advance.reference}"), opening=bank.held))
    (line,) = bank.lines()
    bank.do(operations.suspend_line, line)
    time_machine.move_to(at(2027, 3, 10))
    operator = client_as(Role.OPERATOR, user=bank.till.operator)
    page = f"/bassins/savoie/fonds/banque/lignes/{line.pk}/"
    shown = operator.get(page).content.decode()
    choice = f"IDENTIFIED:{advance.pk}:30000"
    assert "Cette opération, qui attend, est" in shown
    assert choice in shown
    assert "Mettre en attente" not in shown
    answer = {"form": "choice", "choice": choice, "command_key": uuid4()}
    for _ in range(2):
        assert operator.post(page, answer).status_code == 302
    assert (balance("UNIDENTIFIED"), balance("RECEIVABLE")) == (0, 1_000_000 - 30_000)
