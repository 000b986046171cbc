"""Bank lines reconciled: each is booked once, on what it pays (T23, I10)."""

from datetime import date
from uuid import uuid4

import pytest

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from funds import operations
from funds.bank_screen import choices_of, clearing_rows
from funds.enums import ClearingAct, EntryKind
from funds.models import Clearing, Entry
from funds.queries import bank as queries
from funds.queries import verification
from funds.queries.reconciliation import reconciliation
from funds.rules import ledger
from tests.funds.attacks import denied, write
from tests.funds.bank import samples
from tests.funds.banking import DAY, NOW, balance, entry, statement


def test_sure_lines_are_booked_and_the_rest_wait(bank):
    advance = bank.till.lent()
    before = bank.held
    bank.load(statement(
        entry("277.77", f"REMB {advance.reference}", ref="A"),
        entry("277.77", f"REMB {advance.reference}", ref="B"),
        entry("100.00", f"REMB {advance.reference}", ref="C"),
        entry("9.99", "INCONNU", ref="D"),
    ))  # fmt: skip
    assert bank.held == before + 2 * 27_777
    assert [line.amount for line in bank.lines()] == [10_000, 999]
    assert set(Clearing.objects.values_list("act", "is_automatic")) == {("REPAYMENT", True)}


def test_what_was_typed_before_is_tied_and_not_booked_again(bank):
    advance = bank.till.lent()
    typed = bank.till.repay(advance, 27_777, date(2027, 3, 1))
    before = bank.held
    bank.load(statement(entry("277.77", f"REMB {advance.reference}")))
    assert bank.held == before
    clearing = Clearing.objects.get()
    assert (clearing.act, clearing.entry) == (ClearingAct.ENTRY, typed)
    operations.undo_clearing(clearing_id=clearing.pk, by=bank.till.operator, at=NOW)
    assert len(bank.lines()) == 1
    bank.do(operations.clear_with_entry, bank.lines()[0], entry_id=typed.pk)
    assert not bank.lines()


def test_a_cheque_that_waited_before_or_after_the_first_statement_is_booked_once(bank):
    early, late = bank.till.lent(), bank.till.lent()
    typed = [
        bank.till.repay(early, 27_777, date(2027, 2, 27)),
        bank.till.repay(late, 27_777, date(2027, 3, 1)),
    ]
    held = bank.held
    march = {"since": date(2027, 3, 1), "until": date(2027, 3, 31)}
    bank.load(statement(
        entry("277.77", f"REMISE CHEQUE {early.reference}", ref="A"),
        entry("277.77", f"REMISE CHEQUE {late.reference}", ref="B", day=date(2027, 3, 20)),
        opening=held - 2 * 27_777, **march,
    ))  # fmt: skip
    assert (bank.held, len(bank.lines())) == (held, 2)
    for line, known in zip(bank.lines(), typed, strict=True):
        first = choices_of(line, left=line.amount, on=date(2027, 3, 10))[0]
        assert first.value == f"ENTRY:{known.pk}:27777"
        bank.do(operations.clear_with_entry, line, entry_id=known.pk)
    found = reconciliation(bank.account)
    assert (found.difference, found.unexplained, found.before) == (0, 0, 0)
    assert not bank.lines()


def test_a_line_that_names_a_settled_advance_is_not_booked_on_another(bank):
    paid, running = bank.till.lent(amount=30_000, lines=1), bank.till.lent()
    known = {"name": "ATELIER", "iban": samples.COMPANY_IBAN}
    bank.load(statement(
        entry("300.00", f"REMB {paid.reference}", ref="A", **known),
        entry("277.77", f"REMB {running.reference}", ref="B", **known),
    ))  # fmt: skip
    bank.load(statement(
        entry("277.77", f"REMB {paid.reference} DOUBLE", ref="C", day=date(2027, 3, 5), **known),
        opening=57_777, since=date(2027, 3, 3), until=date(2027, 3, 6),
    ))  # fmt: skip
    (line,) = bank.lines()
    choices = choices_of(line, left=line.amount, on=date(2027, 3, 10))
    values = [f"REPAYMENT:{one.pk}:27777" for one in (paid, running)]
    assert [choice.value for choice in choices] == [*values, "SUSPENSE"]


def test_a_line_is_split_between_advances(bank):
    one, two = bank.till.lent(), bank.till.lent()
    bank.load(statement(entry("300.00", "DEUX AVANCES")))
    line = bank.lines()[0]
    act = operations.clear_with_repayments
    with pytest.raises(InvalidInput, match="de plus"):
        bank.do(act, line, parts=[(one.pk, 10_000), (two.pk, 19_999)])
    with pytest.raises(InvalidInput, match="qu'une fois"):
        bank.do(act, line, parts=[(one.pk, 10_000), (one.pk, 20_000)])
    key = uuid4()
    bank.do(act, line, parts=[(one.pk, 10_000), (two.pk, 20_000)], command_key=key)
    bank.do(act, line, parts=[(one.pk, 10_000), (two.pk, 20_000)], command_key=key)
    with pytest.raises(AlreadyUsed):
        bank.do(act, line, parts=[(one.pk, 30_000)], command_key=key)
    repaid = Entry.objects.filter(kind=EntryKind.REPAYMENT).values_list("advance", flat=True)
    assert sorted(repaid) == sorted([one.pk, two.pk])
    with pytest.raises(ActionDenied, match="vient d'être rapprochée"):
        bank.do(operations.suspend_line, line)


def test_an_unknown_line_waits_on_471_then_is_identified(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", "INCONNU")))
    line = bank.lines()[0]
    bank.do(operations.suspend_line, line)
    assert not bank.lines()
    assert balance("UNIDENTIFIED") == -27_777
    bank.do(operations.identify_line, line, parts=[(advance.pk, 27_777)])
    assert balance("UNIDENTIFIED") == 0
    assert balance("RECEIVABLE") == 1_000_000 - 27_777
    with pytest.raises(ActionDenied, match="n'attend"):
        bank.do(operations.identify_line, line, parts=[(advance.pk, 27_777)])


def test_what_waits_on_471_is_not_undone_once_it_is_identified(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", "INCONNU")))
    line = bank.lines()[0]
    waiting = bank.do(operations.suspend_line, line).entry
    asked = bank.till.ask_reversal(waiting, DAY)
    known = bank.do(operations.identify_line, line, parts=[(advance.pk, 27_777)]).entry
    with pytest.raises(ActionDenied, match="annulez d'abord l'écriture qui l'identifie"):
        bank.till.approve(asked)
    assert [bool(row.reverse_url) for row in clearing_rows(line)] == [False, True]
    legs = ledger.unidentified(amount=-27_777, bank="FUND_BANK")
    mirror = {"kind": "REVERSAL", "reverses": waiting, "reversal": asked}
    denied("lg_identified", lambda: write(bank.till, *legs, value_on=DAY, **mirror))
    operations.refuse_reversal(reversal_id=asked.pk, by=bank.till.finance, at=NOW)
    with pytest.raises(ActionDenied, match="annulez d'abord"):
        bank.till.ask_reversal(waiting, DAY)
    bank.till.reverse(known, DAY)
    bank.till.reverse(waiting, DAY)
    assert bank.lines() == [line]
    assert (balance("UNIDENTIFIED"), queries.line_suspended(line)) == (0, 0)
    assert not verification.verify().findings


def test_a_debit_that_waits_on_471_is_identified_as_a_fee(bank):
    bank.till.lent()
    bank.load(statement(entry("12.50", "PRLV INCONNU", credit=False), opening=2_000_000))
    line = bank.lines()[0]
    bank.do(operations.suspend_line, line)
    assert balance("UNIDENTIFIED") == 1_250
    with pytest.raises(ActionDenied, match="pas une dépense de cette nature"):
        bank.do(operations.clear_as_cost, line, kind=EntryKind.ALLOWANCE)
    cleared = bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    assert (cleared.act, cleared.amount) == ("IDENTIFIED", -1_250)
    assert (balance("UNIDENTIFIED"), balance("FUND_LIAISON")) == (0, 1_250)
    assert balance("BANK_FEES") == -balance("OPS_LIAISON") == 1_250
    with pytest.raises(ActionDenied, match="vient d'être rapprochée"):
        bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    bank.till.reverse(cleared.entry, DAY)
    assert (balance("UNIDENTIFIED"), balance("BANK_FEES")) == (1_250, 0)
    bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    assert not verification.verify().findings
    suspended = Clearing.objects.filter(act="SUSPENSE")
    suspended.update(undone_at=NOW, undone_by=bank.till.operator)
    [lost] = verification.verify().findings
    assert "n'a pas sa ligne de banque" in str(lost)


def test_an_advance_is_never_paid_back_on_the_operating_account(bank):
    advance = bank.till.lent()
    paid = bank.till.repay(advance, 27_777, date(2027, 3, 1))
    bank.on_operating_account()
    lines = entry("300.00", "INCONNU"), entry("277.77", "REJET", credit=False)
    bank.load(statement(*lines, iban=samples.OPERATING_IBAN))
    received, returned = bank.lines()
    parts = [(advance.pk, 30_000)]
    with pytest.raises(ActionDenied, match="compte de fonctionnement"):
        bank.do(operations.clear_with_repayments, received, parts=parts)
    bank.do(operations.suspend_line, received)
    with pytest.raises(ActionDenied, match="compte de fonctionnement"):
        bank.do(operations.identify_line, received, parts=parts)
    with pytest.raises(ActionDenied, match="compte de fonctionnement"):
        bank.do(operations.clear_as_return, returned, entry_id=paid.pk)
    bank.do(operations.suspend_line, returned)
    bank.do(operations.clear_as_cost, returned, kind=EntryKind.EXPENSE)
    assert balance("OPS_UNIDENTIFIED") == -30_000
    assert balance("OPS_EXPENSE") == 27_777
    bank.do(operations.clear_with_contribution, received, funder="Département")
    assert (balance("OPS_UNIDENTIFIED"), balance("OPS_INCOME")) == (0, -30_000)
    assert not verification.verify().findings


def test_a_cost_at_the_bank_is_one_act(bank):
    bank.till.lent()
    bank.on_operating_account()
    paid = entry("1200.00", "CABINET ETUDE", credit=False)
    bank.load(statement(paid, opening=500_000, iban=samples.OPERATING_IBAN))
    (line,) = bank.lines()
    labels = [choice.label for choice in choices_of(line, left=-120_000, on=DAY)]
    assert labels == ["Frais bancaires", "Mettre en attente (compte 472)"]
    cleared = bank.do(operations.clear_as_cost, line, kind=EntryKind.ENGINEERING)
    assert (cleared.act, balance("ENGINEERING"), balance("OPS_BANK")) == ("COST", 120_000, -120_000)
    assert not bank.lines()


def test_a_fee_is_owed_back_by_the_operating_account(bank):
    bank.load(statement(entry("12.50", "FRAIS DE TENUE", credit=False), opening=10_000))
    bank.do(operations.clear_as_cost, bank.lines()[0], kind=EntryKind.BANK_FEE)
    assert balance("FUND_LIAISON") == 1_250 == -balance("OPS_LIAISON")
    assert balance("BANK_FEES") == 1_250
    assert not bank.lines()


def test_a_purchase_on_the_advances_is_owed_back_by_the_operating_account(bank):
    bank.load(statement(entry("50.00", "PAPETERIE", credit=False), opening=10_000))
    bank.do(operations.clear_as_cost, bank.lines()[0], kind=EntryKind.EXPENSE)
    assert balance("FUND_LIAISON") == 5_000 == -balance("OPS_LIAISON")
    assert (balance("OPS_EXPENSE"), balance("BANK_FEES")) == (5_000, 0)
    assert not bank.lines()
    assert not verification.verify().findings


def test_a_fee_is_taken_and_given_back_on_the_operating_account(bank):
    bank.on_operating_account()
    taken = entry("12.50", "FRAIS DE TENUE", credit=False, ref="A")
    given = entry("12.50", "REMBOURSEMENT FRAIS", ref="B")
    bank.load(statement(taken, given, opening=5_000, iban=samples.OPERATING_IBAN))
    for line in bank.lines():
        bank.do(operations.clear_as_cost, line, kind=EntryKind.BANK_FEE)
    assert (bank.lines(), balance("BANK_FEES"), balance("OPS_BANK")) == ([], 0, 0)
    labels = Entry.objects.order_by("pk").values_list("label", flat=True)
    assert list(labels) == [
        "Frais bancaires : FRAIS DE TENUE",
        "Frais bancaires, somme rendue : REMBOURSEMENT FRAIS",
    ]
    assert not verification.verify().findings


def test_money_of_a_funder_that_waited_is_identified_whatever_was_lent_since(bank):
    bank.load(statement(entry("50000.00", "VIR INCONNU")))
    (line,) = bank.lines()
    bank.do(operations.suspend_line, line)
    lent = bank.till.lent()
    cleared = bank.do(operations.clear_with_contribution, line, funder="Département")
    assert (cleared.act, cleared.amount) == ("IDENTIFIED", 5_000_000)
    assert (balance("UNIDENTIFIED"), queries.line_suspended(line)) == (0, 0)
    assert cleared.entry.postings.get(account="RETURNABLE").amount == -5_000_000
    assert lent.entries.exists()
    assert not verification.verify().findings
    with pytest.raises(ActionDenied, match="vient d'être rapprochée"):
        bank.do(operations.clear_with_contribution, line, funder="Département")


def test_a_line_may_be_money_of_a_funder(bank):
    bank.load(statement(entry("5000.00", "DEPARTEMENT DE LA SAVOIE")))
    bank.do(operations.clear_with_contribution, bank.lines()[0], funder="Département")
    assert balance("RETURNABLE") == -500_000
    assert not bank.lines()


def test_a_returned_debit_waits_for_the_second_person(bank):
    advance = bank.till.lent()
    text = f"REMB {advance.reference}"
    bank.load(statement(entry("277.77", text, ref="A", end_to_end_id="E2E-1")))
    before = bank.held
    bank.load(statement(
        entry("277.77", "REJET", credit=False, ref="B", end_to_end_id="E2E-1", reason="AM04",
              day=date(2027, 3, 8)),
        opening=27_777, since=date(2027, 3, 7), until=date(2027, 3, 9),
    ))  # fmt: skip
    returned = Clearing.objects.get(act="BOUNCE")
    assert "AM04" in returned.reversal.reason
    assert returned.reversal.cause == "AM04"
    assert returned.reversal.value_on == date(2027, 3, 8)
    assert (bank.lines(), bank.held) == ([], before)
    bank.till.approve(returned.reversal, at=NOW)
    assert bank.held == before - 27_777
    # Both lines are true: the money came, and went.
    assert not bank.lines()
    assert not queries.unseen_entries(bank.account)


def test_a_return_that_is_refused_leaves_the_line_open(bank):
    advance = bank.till.lent()
    bank.load(statement(
        entry("277.77", f"REMB {advance.reference}", ref="A"),
        entry("277.77", "REJET", credit=False, ref="B", day=date(2027, 3, 4)),
    ))  # fmt: skip
    paid = Entry.objects.get(kind="REPAYMENT")
    bank.do(operations.clear_as_return, bank.lines()[0], entry_id=paid.pk)
    assert not bank.lines()
    operations.refuse_reversal(reversal_id=paid.reversals.get().pk, by=bank.till.finance, at=NOW)
    assert len(bank.lines()) == 1


def test_an_entry_cancelled_by_two_persons_opens_its_line_again(bank):
    wrong, right = bank.till.lent(), bank.till.lent()
    bank.load(statement(entry("277.77", f"REMB {wrong.reference}")))
    booked = Entry.objects.get(kind="REPAYMENT")
    with pytest.raises(ActionDenied, match="second signataire"):
        operations.undo_clearing(
            clearing_id=Clearing.objects.get().pk, by=bank.till.operator, at=NOW
        )
    bank.till.reverse(booked, date(2027, 3, 2))
    line = bank.lines()[0]
    bank.do(operations.clear_with_repayments, line, parts=[(right.pk, 27_777)])
    assert not bank.lines()
    # The entry and its cancellation that the bank never saw are no difference.
    assert not queries.unseen_entries(bank.account)


def test_the_difference_between_bank_and_ledger_is_explained(bank):
    advance = bank.till.lent()
    held = bank.held
    bank.load(statement(entry("277.77", f"REMB {advance.reference}", ref="A"),
                        entry("9.99", "INCONNU", ref="B"), opening=held))  # fmt: skip
    bank.till.repay(advance, 5_000, date(2027, 3, 5))
    found = reconciliation(bank.account)
    assert (found.difference, found.lines_left, found.unseen, found.before) == (
        999 - 5_000, 999, 5_000, 0,
    )  # fmt: skip
    assert found.unexplained == 0


def test_two_people_on_one_line(bank, till):
    advance = till.lent()
    bank.load(statement(entry("277.77", "INCONNU")))
    line = bank.lines()[0]
    bank.do(operations.clear_with_repayments, line, parts=[(advance.pk, 27_777)])
    with pytest.raises(ActionDenied):
        bank.do(operations.clear_with_repayments, line, parts=[(advance.pk, 27_777)])
    assert Entry.objects.filter(kind="REPAYMENT").count() == 1
