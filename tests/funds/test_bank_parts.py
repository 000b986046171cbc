"""A line told in parts: several entries typed before, several contributions, both accounts."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, InvalidInput
from basins.enums import Role
from funds import operations
from funds.bank import completions
from funds.bank_screen import entries_within
from funds.enums import ClearingAct
from funds.models import Clearing, Contribution
from funds.queries import bank as queries
from funds.queries import verification
from tests.builders import at
from tests.funds.attacks import denied
from tests.funds.banking import DAY, NOW, balance, entry, statement
from tests.words import plain


def test_a_deposit_of_cheques_is_the_repayments_typed_before(bank):
    one, other = bank.till.lent(), bank.till.lent()
    typed = [bank.till.repay(advance, 50_000, date(2027, 3, 1)) for advance in (one, other)]
    bank.load(statement(entry("1500.00", "REMISE 3 CHEQUES")))
    (line,) = bank.lines()
    assert [pk for pk, _ in entries_within(line, left=line.amount)] == [typed[1].pk, typed[0].pk]
    bank.do(operations.suspend_line, line)
    asked = {"entry_ids": [typed[0].pk, typed[1].pk]}
    bank.do(operations.clear_with_entries, line, **asked)
    # What was not typed is told next.
    assert (queries.line_left(line), balance("UNIDENTIFIED")) == (50_000, 0)
    with pytest.raises(ActionDenied, match="vient d'être rapprochée"):
        bank.do(operations.clear_with_entries, line, **asked)
    bank.do(operations.clear_with_repayments, line, parts=[(one.pk, 50_000)])
    assert not bank.lines()
    assert not verification.verify().findings
    tied = Clearing.objects.filter(act=ClearingAct.ENTRY).first()
    operations.undo_clearing(clearing_id=tied.pk, by=bank.till.operator, at=NOW)
    assert queries.line_left(line) == 50_000


def test_entries_beyond_a_line_or_of_the_other_way_are_not_tied_to_it(bank):
    advance = bank.till.lent()
    typed = [bank.till.repay(advance, 50_000, date(2027, 3, 1)) for _ in range(2)]
    bank.load(statement(entry("900.00", "REMISE"), entry("900.00", "PRLV", credit=False, ref="B")))
    credit, debit = bank.lines()
    asked = {"entry_ids": [one.pk for one in typed]}
    with pytest.raises(ActionDenied, match="la ligne ne laisse que 900"):
        bank.do(operations.clear_with_entries, credit, **asked)
    with pytest.raises(ActionDenied, match="dans le sens"):
        bank.do(operations.clear_with_entries, debit, **asked)
    with pytest.raises(ActionDenied, match="choisissez à nouveau"):
        bank.do(operations.clear_with_entries, credit, entry_ids=[])
    assert not Clearing.objects.filter(line__in=[credit, debit]).exists()


def test_the_database_ties_a_line_to_what_its_entry_moved(bank):
    typed = bank.till.repay(bank.till.lent(), 50_000, date(2027, 3, 1))
    bank.load(statement(entry("900.00", "REMISE")))
    (line,) = bank.lines()
    made = {"made_at": NOW, "made_by": bank.till.operator}
    tied = {"line": line, "act": ClearingAct.ENTRY, "entry": typed, "amount": 90_000}
    denied("clearing_is_what_moved", lambda: Clearing.objects.create(**tied, **made))


def test_the_database_keeps_the_parts_of_a_line_within_it(bank):
    advance = bank.till.lent()
    typed = [bank.till.repay(advance, 50_000, date(2027, 3, 1)) for _ in range(2)]
    bank.load(statement(entry("900.00", "REMISE"), entry("900.00", "PRLV", credit=False, ref="B")))
    credit, debit = bank.lines()
    made = {"act": ClearingAct.ENTRY, "amount": 50_000, "made_at": NOW}
    made["made_by"] = bank.till.operator

    def tie(line, one) -> Clearing:
        return Clearing.objects.create(line=line, entry=one, **made)

    denied("clearing_within_its_line", lambda: tie(debit, typed[0]))
    first = tie(credit, typed[0])
    denied("clearing_within_its_line", lambda: tie(credit, typed[1]))
    undone = {"undone_at": NOW, "undone_by": bank.till.operator}
    Clearing.objects.filter(pk=first.pk).update(**undone)
    tie(credit, typed[1])
    alive = dict.fromkeys(undone)
    denied("clearing_within_its_line", lambda: Clearing.objects.filter(pk=first.pk).update(**alive))


def test_one_payment_that_the_bank_executes_in_two_is_both_lines(bank, client_as):
    till, march = bank.till, at(2027, 3, 1)
    order = till.prepare(till.contracted(), pay_on=march.date(), at=march)
    paid = till.release(order, at=march)
    half, rest = entry("6000.00", "VIR", credit=False), entry("4000.00", "VIR B", credit=False)
    bank.load(statement(half, rest, opening=2_000_000))
    one, other = bank.lines()
    page = f"/bassins/savoie/fonds/banque/lignes/{one.pk}/"
    operator = client_as(Role.OPERATOR, user=till.operator)
    chosen = f"TOGETHER:{paid.pk}:{other.pk}"
    assert chosen in operator.get(page).content.decode()
    sent = {"form": "choice", "choice": chosen, "command_key": uuid4()}
    assert operator.post(page, sent).status_code == 302
    assert not bank.lines()
    assert not queries.unseen_entries(bank.account)
    assert not verification.verify().findings
    tied = Clearing.objects.filter(entry=paid).first()
    operations.undo_clearing(clearing_id=tied.pk, by=till.operator, at=NOW)
    assert [queries.line_left(line) for line in (one, other)] == [-600_000, -400_000]
    bank.do(operations.suspend_line, one)
    for strangers in ([one.pk], [0], [999_999], [], [other.pk, 999_999]):
        with pytest.raises(ActionDenied, match="deux à quatre opérations à rapprocher"):
            bank.do(operations.clear_with_others, one, other_ids=strangers, entry_id=paid.pk)
    bank.do(operations.clear_with_others, one, other_ids=[other.pk], entry_id=paid.pk)
    assert balance("UNIDENTIFIED") == 0
    with pytest.raises(ActionDenied, match="deux à quatre opérations à rapprocher"):
        bank.do(operations.clear_with_others, other, other_ids=[one.pk], entry_id=paid.pk)


def test_a_deposit_that_the_bank_books_in_four_is_its_four_lines(bank, client_as):
    till = bank.till
    typed = till.repay(till.lent(), 100_000, date(2027, 3, 1))
    parts = [entry(f"{euros}.00", f"REMISE {euros}") for euros in (400, 300, 200, 100, 50)]
    bank.load(statement(*parts, opening=2_000_000))
    *shown, alone = bank.lines()
    page = f"/bassins/savoie/fonds/banque/lignes/{shown[0].pk}/"
    operator = client_as(Role.OPERATOR, user=till.operator)
    chosen = f"TOGETHER:{typed.pk}:{'-'.join(str(line.pk) for line in shown[1:])}"
    found = plain(operator.get(page))
    assert chosen in found
    assert "400 €, 300 €, 200 € et 100 € font son montant" in found
    five = [line.pk for line in (*shown[1:], alone)]
    with pytest.raises(ActionDenied, match="deux à quatre opérations"):
        bank.do(operations.clear_with_others, shown[0], other_ids=five, entry_id=typed.pk)
    sent = {"form": "choice", "command_key": uuid4()}
    assert operator.post(page, sent | {"choice": "REPAYMENT:1:2-3"}).status_code in {403, 422}
    sent["command_key"] = uuid4()
    assert operator.post(page, sent | {"choice": chosen}).status_code == 302
    assert bank.lines() == [alone]
    assert not queries.unseen_entries(bank.account)
    assert not verification.verify().findings
    tied = Clearing.objects.filter(entry=typed).first()
    operations.undo_clearing(clearing_id=tied.pk, by=till.operator, at=NOW)
    assert len(bank.lines()) == 5


def test_what_completes_a_line_is_the_shortest_then_the_nearest():
    amounts = [300, 200, 100, 500, 300, *range(1_000, 30_000, 1_000)]
    found = completions(amounts, wanted={300, 400, 900, 99_999})
    assert found == {300: [(0,), (4,)], 400: [(0, 2)], 900: [(0, 2, 3)]}
    assert completions([], wanted={100}) == {}


def test_half_of_an_entry_is_not_tied_alone_nor_lines_beyond_it(bank):
    typed = bank.till.repay(bank.till.lent(), 50_000, date(2027, 3, 1))
    bank.load(statement(entry("300.00", "VIR A"), entry("250.00", "VIR B")))
    lines = bank.lines()
    asked = {"other_ids": [lines[1].pk], "entry_id": typed.pk}
    with pytest.raises(ActionDenied, match="pas du même montant"):
        bank.do(operations.clear_with_others, lines[0], **asked)
    made = {"act": ClearingAct.ENTRY, "entry": typed, "made_at": NOW, "made_by": bank.till.operator}

    def tie(*chosen) -> None:
        for line in chosen:
            Clearing.objects.create(line=line, amount=line.amount, **made)

    denied("clearing_is_what_moved", lambda: tie(lines[0]))
    denied("clearing_is_what_moved", lambda: tie(*lines))


def test_one_wire_is_several_contributions_of_both_accounts(bank):
    bank.load(statement(entry("1000.00", "PREFECTURE 600 AVANCES 400 FONCTIONNEMENT")))
    (line,) = bank.lines()
    give = operations.clear_with_contribution
    with pytest.raises(InvalidInput, match="ce montant ou moins"):
        bank.do(give, line, funder="Préfecture", amount=100_001)
    bank.do(give, line, funder="Préfecture", amount=35_000)
    bank.do(give, line, funder="Préfecture", amount=25_000, with_return=False)
    assert queries.line_left(line) == 40_000
    bank.do(operations.move_line, line)
    assert (queries.line_left(line), queries.line_suspended(line)) == (0, 40_000)
    bank.do(give, line, funder="Préfecture", amount=30_000)
    bank.do(give, line, funder="Département")
    assert [
        (one.perimeter, one.with_return, -one.postings.get().amount)
        for one in Contribution.objects.exclude(funder="Fondation").order_by("pk")
    ] == [
        ("FUND", True, 35_000), ("FUND", False, 25_000), ("OPS", False, 30_000),
        ("OPS", False, 10_000),
    ]  # fmt: skip
    assert (queries.line_suspended(line), balance("OPS_UNIDENTIFIED")) == (0, 0)
    assert balance("FUND_LIAISON") == -40_000
    assert not verification.verify().findings


def test_a_part_undone_once_the_rest_was_moved_is_of_the_account_of_its_line(bank):
    bank.load(statement(entry("1000.00", "VIR")))
    (line,) = bank.lines()
    part = bank.do(operations.clear_with_contribution, line, funder="Ville", amount=60_000)
    bank.do(operations.move_line, line)
    bank.till.reverse(part.entry, DAY)
    assert (queries.line_left(line), queries.line_suspended(line)) == (60_000, 40_000)
    again = bank.do(operations.clear_with_contribution, line, funder="Ville")
    assert (again.amount, again.entry.perimeter) == (60_000, "FUND")
    assert not verification.verify().findings
