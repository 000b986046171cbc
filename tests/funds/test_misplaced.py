"""Money on the wrong account: owed to the other, identified there, moved by a transfer (R41)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations, queries
from funds.enums import ClearingAct, EntryKind, Perimeter
from funds.models import Clearing, Entry, Reversal
from funds.queries import bank as at_bank
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.banking import NOW, Bank, entry, statement

DAY = date(2027, 3, 2)


@pytest.fixture
def bank(till) -> Bank:
    assert till.dotation
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    return Bank(till)


def accounts() -> dict[str, int]:
    held = queries.balances(on=date(2028, 1, 1))
    names = ("FUND_LIAISON", "OPS_LIAISON", "UNIDENTIFIED", "OPS_UNIDENTIFIED", "RECEIVABLE")
    return {name: held[name] for name in names if held[name]}


def one_line(bank: Bank, amount: str, text: str, *, credit: bool = True):
    bank.load(statement(entry(amount, text, credit=credit), iban=bank.account.numbers.get().iban))
    return bank.lines()[-1]


def told(till) -> dict:
    return {"by": till.operator, "at": NOW, "command_key": uuid4()}


@pytest.mark.parametrize("waited", [False, True])
def test_a_repayment_on_the_operating_account_is_owed_to_the_advances(till, bank, waited):
    advance = till.lent(amount=100_000, lines=2)
    bank.on_operating_account()
    line = one_line(bank, "500.00", "VIR CLIENT")
    with pytest.raises(ActionDenied, match="pour l'autre compte"):
        bank.do(operations.clear_with_repayments, line, parts=[(advance.pk, 50_000)])
    if waited:
        bank.do(operations.suspend_line, line)
    free = queries.free_cash(on=DAY)
    bank.do(operations.move_line, line)
    assert accounts() == {
        "FUND_LIAISON": 50_000, "OPS_LIAISON": -50_000, "UNIDENTIFIED": -50_000,
        "RECEIVABLE": 100_000,
    }  # fmt: skip
    # What waits is held by the other account: it takes nothing off this one's cash.
    assert queries.free_cash(on=DAY) == free
    assert not bank.lines()
    with pytest.raises(ActionDenied, match="déjà portée"):
        bank.do(operations.move_line, line)
    assert not verify().findings
    bank.do(operations.identify_line, line, parts=[(advance.pk, 50_000)])
    assert accounts() == {
        "FUND_LIAISON": 50_000, "OPS_LIAISON": -50_000, "RECEIVABLE": 50_000,
    }  # fmt: skip
    operations.give_back(debtor=Perimeter.OPS, amount=50_000, moved_on=DAY, **told(till))
    assert accounts() == {"RECEIVABLE": 50_000}
    assert not verify().findings


def test_what_was_moved_over_before_it_is_identified_waits_in_the_cash_of_the_advances(till, bank):
    bank.on_operating_account()
    line = one_line(bank, "500.00", "VIR CLIENT")
    bank.do(operations.move_line, line)
    free = queries.free_cash(on=DAY)
    operations.give_back(debtor=Perimeter.OPS, amount=50_000, moved_on=DAY, **told(till))
    assert queries.balances(on=DAY)["UNIDENTIFIED"] == -50_000
    assert queries.free_cash(on=DAY) == free


def test_a_cost_given_back_on_the_advances_lowers_it_on_the_operating_account(till, bank):
    line = one_line(bank, "80.00", "AVOIR PAPETERIE")
    bank.do(operations.move_line, line)
    cost = bank.do(operations.clear_as_cost, line, kind=EntryKind.EXPENSE)
    assert (cost.act, cost.entry.perimeter) == (ClearingAct.IDENTIFIED, Perimeter.OPS)
    assert accounts() == {"FUND_LIAISON": -8_000, "OPS_LIAISON": 8_000}
    assert not verify().findings


def test_money_of_running_costs_on_the_advances_is_given_over_and_matched_on_both(till, bank):
    fund = bank.account
    line = one_line(bank, "900.00", "SUBVENTION ANIMATION")
    free = queries.free_cash(on=NOW.date())
    bank.do(operations.move_line, line)
    assert queries.free_cash(on=NOW.date()) == free
    bank.do(operations.clear_with_contribution, line, funder="Région")
    assert accounts() == {"FUND_LIAISON": -90_000, "OPS_LIAISON": 90_000}
    with pytest.raises(InvalidInput, match="doit 900"):
        operations.give_back(debtor=Perimeter.FUND, amount=90_001, moved_on=DAY, **told(till))
    moved = operations.give_back(debtor=Perimeter.FUND, amount=90_000, moved_on=DAY, **told(till))
    assert accounts() == {}
    sides = queries.sides_of(moved)
    out = entry("900.00", "VIR FONCTIONNEMENT", credit=False, day=date(2027, 3, 3))
    bank.load(statement(out, opening=90_000, since=date(2027, 3, 3)))
    bank.do(operations.clear_with_entry, bank.lines()[0], entry_id=sides[0].pk)
    bank.on_operating_account()
    bank.load(statement(entry("900.00", "VIR AVANCES"), iban=bank.account.numbers.get().iban))
    bank.do(operations.clear_with_entry, bank.lines()[0], entry_id=sides[1].pk)
    assert not bank.lines()
    assert not list(at_bank.open_lines(fund))
    assert not verify().findings


def test_what_was_moved_by_mistake_comes_back_before_it_is_identified(till, bank):
    advance = till.lent(amount=100_000, lines=2)
    bank.on_operating_account()
    line = one_line(bank, "500.00", "VIR CLIENT")
    moved = bank.do(operations.move_line, line)
    suspended = Clearing.objects.get(act="SUSPENSE")
    with pytest.raises(ActionDenied, match="identifiée depuis"):
        till.ask_reversal(suspended.entry, DAY, at=NOW)
    bank.do(operations.identify_line, line, parts=[(advance.pk, 50_000)])
    with pytest.raises(ActionDenied, match="identifiée depuis"):
        till.ask_reversal(moved.entry, DAY, at=NOW)
    till.approve(till.ask_reversal(Entry.objects.get(kind="REPAYMENT"), DAY, at=NOW), at=NOW)
    till.approve(till.ask_reversal(moved.entry, DAY, at=NOW), at=NOW)
    assert Reversal.objects.count() == 2
    assert accounts() == {"OPS_UNIDENTIFIED": -50_000, "RECEIVABLE": 100_000}
    assert at_bank.holder_of(line) == Perimeter.OPS
    assert not verify().findings


def test_what_was_moved_and_that_the_bank_takes_back_is_undone_at_once(till, bank):
    line = one_line(bank, "900.00", "SUBVENTION ANIMATION")
    bank.do(operations.move_line, line)
    bank.do(operations.clear_with_contribution, line, funder="Région")
    back = entry("900.00", "REJET SUBVENTION", credit=False, day=date(2027, 3, 3))
    bank.load(statement(back, opening=90_000, since=date(2027, 3, 3)))
    suspended = Clearing.objects.get(act="SUSPENSE")
    asked = bank.do(operations.clear_as_return, bank.lines()[0], entry_id=suspended.entry_id)
    till.approve(asked.reversal, at=NOW)
    assert accounts() == {}
    assert at_bank.holder_of(line) == Perimeter.FUND
    assert not bank.lines()
    assert not verify().findings


def test_a_debit_is_not_moved(till, bank):
    line = one_line(bank, "80.00", "PAPETERIE", credit=False)
    with pytest.raises(ActionDenied, match="inscrivez la dépense"):
        bank.do(operations.move_line, line)
    bank.on_operating_account()
    line = one_line(bank, "80.00", "PAPETERIE", credit=False)
    with pytest.raises(ActionDenied, match="inscrivez la dépense"):
        bank.do(operations.move_line, line)


def test_the_pages_say_it_and_the_transfer_is_recorded(client_as, till, bank, time_machine):
    line = one_line(bank, "900.00", "SUBVENTION ANIMATION")
    time_machine.move_to(at(2027, 3, 10))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/savoie/fonds/banque/lignes/{line.pk}/"
    assert "C&#x27;est pour le compte de fonctionnement" in operator.get(page).content.decode()
    sent = {"form": "move", "move-command_key": uuid4()}
    assert operator.post(page, sent).status_code == 302
    assert "Porter sur l" not in operator.get(page).content.decode()
    account = operator.get(f"/bassins/savoie/fonds/banque/{bank.account.pk}/").content.decode()
    assert "Dû au compte de fonctionnement" in account
    running = "/bassins/savoie/fonds/fonctionnement/"
    assert "Rendre au fonctionnement" in operator.get(running).content.decode()
    sent = {"amount": "900", "moved_on": "10/03/2027", "command_key": uuid4()}
    assert operator.post(f"{running}recevoir/", sent).status_code == 302
    assert "Rendre au fonctionnement" not in operator.get(running).content.decode()


def test_the_page_of_a_line_moved_to_the_advances_asks_which_one_it_pays_back(
    client_as, till, bank, time_machine
):
    advance = till.lent(amount=100_000, lines=2)
    bank.on_operating_account()
    line = one_line(bank, "500.00", "VIR CLIENT")
    time_machine.move_to(at(2027, 3, 10))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/savoie/fonds/banque/lignes/{line.pk}/"
    assert "Inscrire les remboursements" not in operator.get(page).content.decode()
    sent = {"form": "move", "move-command_key": uuid4()}
    shown = operator.post(page, sent, follow=True).content.decode()
    assert "Inscrire les remboursements" in shown
    assert advance.reference in shown
    refused = operator.post(page, sent | {"move-command_key": uuid4()})
    assert refused.content.decode().count("déjà portée") == 1
