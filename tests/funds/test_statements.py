"""Statements imported: proved whole, counted once (T23, I10)."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from alize.common.errors import ActionDenied, InvalidInput
from funds import operations
from funds.bank import guess, read_statements
from funds.models import BankLine, BankStatement
from funds.operations.bank import CHUNK
from tests.funds.bank import samples
from tests.funds.bank.samples import camt
from tests.funds.banking import NOW, entry, statement


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
        "number": bank.account.numbers.get(), "since": made.until, "until": made.until,
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
