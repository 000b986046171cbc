"""The operating account: what it pays, what it owes to the advances, what the advances owe it."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from basins.enums import Role
from funds import operations, queries
from funds.enums import AuthorizationKind, EntryKind, Perimeter, ReversalCause
from funds.models import Entry
from funds.queries import verification
from tests.builders import at
from tests.funds.asking import DAY, NOW, agreed, allowance, asked, command
from tests.funds.conftest import DOTATION
from tests.words import plain

BEFORE = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def endowed(till) -> None:
    assert till.dotation


def test_nothing_leaves_an_account_that_does_not_hold_it(till):
    cost = {"kind": EntryKind.EXPENSE, "amount": 100_001, "label": "Loyer", "paid_on": DAY}
    till.endow(100_000, perimeter=Perimeter.OPS)
    with pytest.raises(ActionDenied, match=r"que 1\u202f000.* compte de fonctionnement"):
        operations.record_cost(**cost, **command(till))
    agreed(till, 2027)
    operations.record_cost(**cost | {"amount": 5_100_000}, **command(till))
    with pytest.raises(ActionDenied, match=r"que 0.* compte de fonctionnement"):
        allowance(till, 1_000)
    with pytest.raises(ActionDenied, match=r"que 0.* compte de fonctionnement"):
        operations.record_cost(**cost | {"paid_on": date(2026, 5, 1)}, **command(till))


def test_a_refund_and_a_correction_find_the_money_they_take_back(till):
    advance = till.lent(amount=60_000_000, lines=10)
    till.repay(advance, 60_000_000, date(2026, 6, 15))
    too_much = till.repay(advance, 5_000_000, date(2026, 6, 16))
    other = till.contracted(amount=101_000_000, lines=10)
    order = till.prepare(other, amount=101_000_000, pay_on=date(2026, 7, 1))
    till.release(order, at=at(2026, 7, 1))
    refund = {"advance_id": advance.pk, "value_on": date(2026, 6, 16)}
    with pytest.raises(ActionDenied, match="n'y a que 40"):
        asked(till, AuthorizationKind.REFUND, 5_000_000, **refund)
    with pytest.raises(ActionDenied, match="moins que les"):
        till.reverse(too_much, date(2026, 6, 16))


def test_a_cost_is_paid_from_the_operating_account(till):
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    sent = {"kind": EntryKind.ENGINEERING, "amount": 120_000, "label": "Suivi", "paid_on": DAY}
    key = command(till)
    entry = operations.record_cost(**sent, **key)
    assert operations.record_cost(**sent, **key) == entry
    with pytest.raises(AlreadyUsed):
        operations.record_cost(**sent | {"amount": 1}, **key)
    year = queries.operating_year(2027, on=DAY)
    assert (year.cash, year.engineering) == (4_880_000, 120_000)
    assert queries.balances(on=DAY)["FUND_BANK"] == DOTATION


def test_a_fee_on_the_advances_is_given_back_by_the_operating_account(till):
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    operations.record_bank_fee(amount=1_500, taken_on=BEFORE, **command(till))
    fund = queries.fund_position(on=DAY)
    assert (fund.cash, fund.to_give_back) == (DOTATION - 1_500, 1_500)
    assert fund.cash + fund.to_give_back == fund.contributed
    with pytest.raises(InvalidInput, match="doit 15"):
        operations.give_back(debtor=Perimeter.OPS, amount=1_501, moved_on=DAY, **command(till))
    operations.give_back(debtor=Perimeter.OPS, amount=1_500, moved_on=DAY, **command(till))
    with pytest.raises(InvalidInput, match="ne doit rien"):
        operations.give_back(debtor=Perimeter.OPS, amount=1, moved_on=BEFORE, **command(till))
    accounts = queries.balances(on=DAY)
    assert (accounts["FUND_BANK"], accounts["OPS_BANK"]) == (DOTATION, 4_998_500)
    assert accounts["FUND_LIAISON"] == accounts["OPS_LIAISON"] == 0


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("rendre", "Le compte de fonctionnement ne doit rien au compte des avances."),
        ("recevoir", "Le compte des avances ne doit rien au compte de fonctionnement."),
    ],
)
def test_no_transfer_is_asked_for_when_nothing_is_owed(till, client_as, path, sentence):
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/{till.basin.slug}/fonds/fonctionnement/{path}/"
    answer = operator.get(page, follow=True)
    assert answer.redirect_chain == [(f"/bassins/{till.basin.slug}/fonds/fonctionnement/", 302)]
    assert sentence in answer.content.decode()
    sent = {"amount": "900", "moved_on": "10/03/2026", "command_key": uuid4()}
    kept = operator.post(page, sent)
    assert kept.status_code == 422
    assert sentence in kept.content.decode()
    assert "900" in kept.content.decode()


def test_a_fee_and_a_transfer_typed_wrong_are_undone_on_both_accounts_at_once(till):
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    before = queries.balances(on=NOW.date())
    operations.record_bank_fee(amount=100_000, taken_on=BEFORE, **command(till))
    given = operations.give_back(debtor=Perimeter.OPS, amount=50_000, moved_on=DAY, **command(till))
    wrong = Entry.objects.filter(transfer_id__isnull=False)
    fee, other = wrong.filter(kind="BANK_FEE").order_by("perimeter")
    reversal = till.ask_reversal(other, DAY, at=NOW)
    assert reversal.entry == fee
    with pytest.raises(ActionDenied, match="déjà demandée"):
        till.ask_reversal(other, DAY, at=NOW)
    with pytest.raises(ActionDenied, match="décidée par une autre"):
        till.approve(reversal, by=till.operator, at=NOW)
    mirror = till.approve(reversal, at=NOW)
    assert till.approve(reversal, at=NOW) == mirror == fee.reversed_by
    assert other.reversed_by.transfer_id == mirror.transfer_id
    with pytest.raises(ActionDenied, match="déjà annulée"):
        till.ask_reversal(other, DAY, at=NOW)
    till.approve(till.ask_reversal(given, DAY, at=NOW), at=NOW)
    assert queries.balances(on=NOW.date()) == before
    assert not verification.verify().findings


def test_a_fee_undone_after_it_was_given_back_is_owed_to_the_operating_account(till, client_as):
    """The bank gave it back: a fact. It waits for the next fees, or goes back by its transfer."""
    march, april, may = (date(2026, month, 1) for month in (3, 4, 5))
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    fee = operations.record_bank_fee(amount=5_000, taken_on=march, **command(till))
    given = operations.give_back(
        debtor=Perimeter.OPS, amount=5_000, moved_on=march, **command(till)
    )
    page = f"/bassins/{till.basin.slug}/fonds/fonctionnement/"
    operator = client_as(Role.OPERATOR, user=till.operator)
    assert "faites le virement" not in operator.get(page).content.decode()
    bank = {"cause": ReversalCause.BANK, "at": NOW}
    till.approve(till.ask_reversal(fee, april, **bank), at=NOW)
    fund = queries.fund_position(on=may)
    assert (fund.cash, fund.to_give_back) == (DOTATION + 5_000, -5_000)
    assert queries.free_cash(on=may) == DOTATION
    shown = operator.get(page).content.decode()
    assert "faites le virement" in shown
    assert "Dû par le compte des avances" in shown
    operations.record_bank_fee(amount=2_000, taken_on=may, **command(till))
    assert queries.fund_position(on=may).to_give_back == -3_000
    till.approve(till.ask_reversal(given, may, at=NOW), at=NOW)
    assert queries.fund_position(on=may).to_give_back == 2_000
    assert not verification.verify().findings


def test_either_account_gives_back_by_its_form_what_it_owes(till, client_as):
    march = date(2026, 3, 1)
    till.endow(5_000_000, perimeter=Perimeter.OPS)
    fee = operations.record_bank_fee(amount=5_000, taken_on=march, **command(till))
    operator = client_as(Role.OPERATOR, user=till.operator)
    page = f"/bassins/{till.basin.slug}/fonds/fonctionnement/"
    sent = {"amount": "50", "moved_on": "01/03/2026"}

    def gives(form: str, lead: str) -> None:
        assert lead in plain(operator.get(f"{page}{form}/"))
        key = {"command_key": str(uuid4())}
        assert operator.post(f"{page}{form}/", sent | key).status_code == 302
        assert queries.balances(on=march)["FUND_LIAISON"] == 0
        assert operator.get(f"{page}{form}/").status_code == 302

    gives("rendre", "Le compte de fonctionnement doit 50 € au compte des avances.")
    till.approve(till.ask_reversal(fee, march, cause=ReversalCause.BANK, at=NOW), at=NOW)
    gives("recevoir", "Le compte des avances doit 50 € au compte de fonctionnement. Le virement")
