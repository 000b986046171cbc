"""Statements imported and reconciled: proved whole, counted once, booked once (T23, I10)."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from funds import operations
from funds.bank import guess, read_statements
from funds.bank_screen import choices_of, clearing_rows
from funds.enums import ClearingAct, EntryKind, Perimeter
from funds.models import BankLine, BankStatement, Clearing, Entry, Posting
from funds.operations.bank import CHUNK
from funds.queries import balances, verification
from funds.queries import bank as queries
from funds.rules import ledger
from tests.builders import at
from tests.funds.attacks import denied, write
from tests.funds.bank import samples
from tests.funds.bank.samples import Detail, camt
from tests.funds.bank.samples import Entry as Booked

NOW = at(2027, 3, 10)
DAY = date(2027, 3, 2)


class Bank:
    """The account of the advances at its bank, and the acts on it."""

    def __init__(self, till) -> None:
        self.till = till
        self.account = operations.open_bank_account(
            perimeter=Perimeter.FUND,
            bank_name="Crédit des Alpes",
            holder="FONDS ALIZE",
            iban=samples.OWN_IBAN,
            bic="AGRIFRPP",
            by=till.operator,
            at=at(2026, 1, 2),
        )

    def on_operating_account(self) -> None:
        self.account = operations.open_bank_account(
            perimeter=Perimeter.OPS,
            bank_name="Crédit des Alpes",
            holder="FONCTIONNEMENT",
            iban=samples.COMPANY_IBAN,
            bic="PSSTFRPP",
            by=self.till.operator,
            at=at(2026, 1, 2),
        )

    def load(self, content: bytes, **changes):
        made = operations.ask_import(
            account_id=self.account.pk,
            file_name="releve.xml",
            content=content,
            closing=None,
            by=self.till.operator,
            at=NOW,
            **changes,
        )
        made = operations.read_import(import_id=made.pk, at=NOW)
        while made.statement_id and made.finished_at is None:
            made = operations.match_chunk(import_id=made.pk, size=4, on=date(2027, 3, 10), at=NOW)
        return made

    def do(self, act, line, **asked):
        asked = {"by": self.till.operator, "at": NOW, "command_key": uuid4(), **asked}
        return act(line_id=line.pk, **asked)

    def lines(self):
        return list(queries.open_lines(self.account))

    @property
    def held(self) -> int:
        return balances(on=date(2028, 1, 1))["FUND_BANK"]


@pytest.fixture
def bank(till) -> Bank:
    return Bank(till)


def entry(amount: str, text: str, *, credit=True, ref="", day=DAY, **detail) -> Booked:
    reason = detail.get("reason", "")
    return Booked(amount, credit, day, ref or text[:20] or "X",
                  (Detail(amount, text=text, **detail),), reversal=bool(reason))  # fmt: skip


def statement(*entries: Booked, opening: int = 0, **days) -> bytes:
    cents = sum(round(float(one.amount) * 100) * (1 if one.credit else -1) for one in entries)
    return camt(entries=entries, opening=euros(opening), closing=euros(opening + cents), **days)


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def test_t23_a_file_is_imported_whole_and_once(bank):
    made = bank.load(camt())
    assert (made.refusal, made.steps, made.done, made.known) == ("", 6, 6, 0)
    assert sum(line.amount for line in BankLine.objects.all()) == -445_694
    assert (made.statement.opening, made.statement.closing) == (samples.OPENING, samples.CLOSING)
    again = bank.load(camt(2))
    assert (again.known, again.statement, again.refusal) == (6, None, "")
    assert BankLine.objects.count() == 6


def test_a_long_file_is_matched_a_few_lines_at_a_time_and_says_how_far_it_is(bank):
    """What is done is what is committed; the last lines ask no more of the database than others."""
    made = operations.ask_import(
        account_id=bank.account.pk,
        file_name="releve.xml",
        content=samples.many(4 * CHUNK),
        closing=None,
        by=bank.till.operator,
        at=NOW,
    )
    operations.read_import(import_id=made.pk, at=NOW)
    seen, asked = [], []
    while made.finished_at is None:
        with CaptureQueriesContext(connection) as ran:
            operations.match_chunk(import_id=made.pk, size=CHUNK, on=date(2027, 3, 10), at=NOW)
        made.refresh_from_db()
        seen.append((made.done, made.steps))
        asked.append(len(ran))
    assert seen == [(CHUNK * rank, 4 * CHUNK) for rank in range(1, 5)]
    assert len(set(asked)) == 1
    assert len(bank.lines()) == 4 * CHUNK


def test_t23_a_cent_off_refuses_the_whole_file(bank):
    made = bank.load(camt(closing="95543.07"))
    assert "ne tombe pas juste" in made.refusal
    assert not BankStatement.objects.exists()


def test_an_overlapping_file_adds_what_is_new(bank):
    bank.load(camt())
    more = (*samples.ENTRIES[2:], entry("12.00", "PLUS", day=date(2027, 3, 9)))
    made = bank.load(
        camt(entries=more, opening="101444.43", closing="95555.06", since=date(2027, 3, 3),
             until=date(2027, 3, 9))
    )  # fmt: skip
    assert (made.known, made.steps, made.refusal) == (3, 1, "")
    assert (made.statement.opening, made.statement.closing) == (samples.CLOSING, 9_555_506)
    quiet = {"entries": (), "since": date(2027, 5, 1), "until": date(2027, 5, 1)}
    still = bank.load(camt(opening="95555.06", closing="95555.06", **quiet))
    assert (still.statement, still.refusal) == (None, "")
    gap = bank.load(camt(opening="1.00", closing="1.00", **quiet))
    assert "celui-ci suppose 1\xa0€" in gap.refusal


def test_a_bank_that_numbers_each_file_from_one_loses_nothing(bank):
    bank.load(statement(entry("10.00", "UN", ref="1"), entry("20.00", "DEUX", ref="2")))
    april = {"since": date(2027, 4, 1), "until": date(2027, 4, 30)}
    day = date(2027, 4, 2)
    again = entry("30.00", "TROIS", ref="1", day=day), entry("40.00", "QUATRE", ref="2", day=day)
    made = bank.load(statement(*again, opening=3_000, **april))
    assert (made.known, made.steps, made.refusal) == (0, 2, "")
    assert made.statement.closing == 10_000


def test_a_missing_statement_and_another_account_are_refused(bank):
    bank.load(camt())
    late = statement(entry("5.00", "APRES", day=date(2027, 5, 2)), since=date(2027, 5, 1),
                     until=date(2027, 5, 3))  # fmt: skip
    assert "relevé qui manque" in bank.load(late).refusal
    other = camt(iban=samples.COMPANY_IBAN)
    assert "autre compte" in bank.load(other).refusal


def test_a_first_file_without_opening_balance_is_proved_by_the_paper(bank):
    assert "solde d'ouverture" in bank.load(samples.OFX_SGML).refusal
    assert "demandez un fichier complet" in bank.load(samples.OFX_SGML, opening=1).refusal
    (statement,) = read_statements(samples.OFX_SGML)
    made = bank.load(samples.OFX_SGML, opening=statement.opening)
    assert (made.refusal, made.statement.opening) == ("", statement.opening)
    # The next one is proved by this one.
    assert bank.load(samples.OFX_SGML).refusal == ""


def test_a_table_waits_until_its_columns_are_known(bank):
    made = bank.load(samples.CSV_ONE_AMOUNT)
    assert made.is_waiting
    asked = {"import_id": made.pk, "closing": None, "by": bank.till.operator, "at": NOW}
    wrong = replace(guess(samples.CSV_ONE_AMOUNT), date_format="%Y-%m-%d")
    with pytest.raises(InvalidInput, match="Ligne"):
        operations.save_mapping(mapping=wrong, **asked)
    operations.save_mapping(mapping=guess(samples.CSV_ONE_AMOUNT), **asked)
    operations.read_import(import_id=made.pk, at=NOW)
    assert BankLine.objects.count() == 2
    assert bank.load(samples.CSV_ONE_AMOUNT).known == 2
    with pytest.raises(ActionDenied, match="déjà connues"):
        operations.save_mapping(mapping=guess(samples.CSV_ONE_AMOUNT), **asked)


def test_a_table_whose_columns_moved_is_read_again(bank):
    said = guess(samples.CSV_ONE_AMOUNT)
    asked = {"closing": None, "by": bank.till.operator}
    first = bank.load(samples.CSV_ONE_AMOUNT)
    operations.save_mapping(import_id=first.pk, mapping=said, at=NOW, **asked)
    operations.read_import(import_id=first.pk, at=NOW)
    wider = b"\n".join(b"Agence;" + row for row in samples.CSV_ONE_AMOUNT.splitlines() if row)
    refused = bank.load(wider)
    assert "corrigez la correspondance" in refused.refusal
    operations.save_mapping(import_id=refused.pk, mapping=guess(wider), at=NOW, **asked)
    read = operations.read_import(import_id=refused.pk, at=NOW)
    assert (read.refusal, read.known) == ("", 2)
    other = bank.load(camt(closing="1.00"))
    with pytest.raises(ActionDenied, match="déjà connues"):
        operations.save_mapping(import_id=other.pk, mapping=said, at=NOW, **asked)


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
    found = queries.agreement(bank.account)
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
    bank.load(statement(*lines, iban=samples.COMPANY_IBAN))
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
    bank.load(statement(paid, opening=500_000, iban=samples.COMPANY_IBAN))
    (line,) = bank.lines()
    labels = [choice.label for choice in choices_of(line, left=-120_000, on=DAY)]
    assert labels == ["Frais bancaires", "Mettre en attente (compte 472)"]
    cleared = bank.do(operations.clear_as_cost, line, kind=EntryKind.ENGINEERING)
    assert (cleared.act, balance("ENGINEERING"), balance("OPS_BANK")) == ("COST", 120_000, -120_000)
    assert not bank.lines()


def balance(account: str) -> int:
    return sum(Posting.objects.filter(account=account).values_list("amount", flat=True))


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
    bank.load(statement(taken, given, opening=5_000, iban=samples.COMPANY_IBAN))
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
    found = queries.agreement(bank.account)
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


def sql(text: str, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE funds_bankline SET amount = 1",
        "DELETE FROM funds_bankline",
        "UPDATE funds_bankstatement SET closing = 1",
        "UPDATE funds_clearing SET amount = 1",
        "DELETE FROM funds_clearing",
        # A line added later, under a name of its own, then one that is there twice.
        "INSERT INTO funds_bankline SELECT (jsonb_populate_record(line, jsonb_build_object("
        "'id', 9999, 'rank', 9, 'identity', repeat('a', 64)))).* FROM funds_bankline line",
        "INSERT INTO funds_bankline SELECT (jsonb_populate_record(line, jsonb_build_object("
        "'id', 9999, 'rank', 9, 'amount', -amount))).* FROM funds_bankline line",
    ],
)
def test_the_database_keeps_what_the_bank_said(bank, text):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", f"REMB {advance.reference}")))
    # Refused by a constraint, or for want of a right.
    with pytest.raises((IntegrityError, ProgrammingError)):
        sql(text)


def test_the_database_refuses_a_statement_that_does_not_add_up_or_follow(bank):
    made = bank.load(camt()).statement
    row = {
        "account": bank.account, "since": made.until, "until": made.until,
        "recorded_at": timezone.now(), "recorded_by": bank.till.operator,
    }  # fmt: skip
    for opening, closing, previous, name in (
        (samples.CLOSING, samples.CLOSING + 1, made, "adds_up"),
        (samples.CLOSING - 1, samples.CLOSING - 1, made, "follows"),
        (samples.CLOSING, samples.CLOSING, None, "one_beginning"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            BankStatement.objects.create(opening=opening, closing=closing, previous=previous, **row)
            connection.check_constraints()
