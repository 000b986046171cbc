"""État de rapprochement: the bank and the ledger on any day, and what parts them that day."""

from datetime import date, timedelta

import pytest

from basins.enums import Role
from funds import operations
from funds.queries import balances
from funds.queries.closing import left_before_closing
from funds.queries.reconciliation import reconciliation
from funds.queries.verification import verify
from tests.builders import at
from tests.funds.banking import entry, statement
from tests.funds.test_exports import book_of, rows_of
from tests.words import plain

MARCH = {"since": date(2027, 3, 1), "until": date(2027, 3, 31)}
FIRST, MIDDLE, LAST = date(2027, 3, 2), date(2027, 3, 20), date(2027, 3, 31)


def terms(bank, on: date) -> tuple[int, int, int, int]:
    """What is at the bank alone, in the ledger alone, of before, booked later; nothing else."""
    found = reconciliation(bank.account, on=on)
    assert found.unexplained == 0
    return found.lines_left, found.unseen, found.before, found.booked_later


@pytest.fixture
def march(bank):
    """Paid on the 2nd; a cheque typed on the 15th that the bank shows on the 25th; an unknown."""
    paid, cheque = bank.till.lent(), bank.till.lent()
    held = bank.held
    typed = bank.till.repay(cheque, 20_000, date(2027, 3, 15))
    bank.load(statement(
        entry("277.77", f"REMB {paid.reference}", ref="A"),
        entry("9.99", "INCONNU", ref="B", day=date(2027, 3, 5)),
        entry("200.00", "REMISE CHEQUE", ref="C", day=date(2027, 3, 25)),
        opening=held, **MARCH,
    ))  # fmt: skip
    bank.do(operations.clear_with_entry, bank.lines()[1], entry_id=typed.pk)
    bank.till.repay(paid, 5_000, date(2027, 3, 18))
    return held


def test_each_day_has_its_balances_and_what_parts_them(bank, march):
    assert reconciliation(bank.account, on=date(2027, 2, 28)) is None
    assert terms(bank, FIRST) == (0, 0, 0, 0)
    assert terms(bank, MIDDLE) == (999, 25_000, 0, 0)
    assert terms(bank, LAST) == (999, 5_000, 0, 0)
    for on, closing in ((FIRST, 27_777), (MIDDLE, 28_776), (LAST, 48_776)):
        found = reconciliation(bank.account, on=on)
        assert found.closing == march + closing
        assert found.ledger == balances(on=on)["FUND_BANK"]
    middle = reconciliation(bank.account, on=MIDDLE)
    assert [line.left for line in middle.lines] == [999]
    assert [one.left for one in middle.entries] == [20_000, 5_000]
    assert reconciliation(bank.account).on == LAST
    beyond = reconciliation(bank.account, on=date(2027, 4, 30))
    assert (beyond.until, beyond.closing) == (LAST, march + 48_776)


def test_an_entry_undone_later_was_in_the_ledger_meanwhile(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("1.00", "VIR"), opening=bank.held, **MARCH))
    bounced = bank.till.repay(advance, 27_777, date(2027, 3, 10))
    bank.till.reverse(bounced, date(2027, 3, 25))
    assert terms(bank, MIDDLE) == (100, 27_777, 0, 0)
    assert terms(bank, LAST) == (100, 0, 0, 0)


def test_a_line_whose_entry_is_undone_since_is_to_be_explained_anew_from_then_on(bank):
    advance = bank.till.lent()
    bank.load(statement(entry("277.77", f"REMB {advance.reference}"), opening=bank.held, **MARCH))
    booked = advance.entries.get(kind="REPAYMENT")
    bank.till.reverse(booked, date(2027, 3, 25))
    assert terms(bank, MIDDLE) == (0, 0, 0, 0)
    assert terms(bank, LAST) == (27_777, 0, 0, 0)


def test_what_is_booked_after_a_closing_is_told_apart(bank):
    advance = bank.till.lent()
    held, end = bank.held, date(2027, 3, 8)
    operations.close_period(
        closed_on=end, by=bank.till.finance, at=at(2027, 3, 9), despite=left_before_closing(end)
    )
    bank.load(statement(entry("277.77", f"REMB {advance.reference}"), opening=held, **MARCH))
    found = reconciliation(bank.account, on=end)
    assert (found.closing, found.ledger) == (held + 27_777, held)
    assert terms(bank, end) == (0, 0, 0, 27_777)
    assert terms(bank, LAST) == (0, 0, 0, 0)


def test_what_parts_them_is_said_before_a_period_closes(bank, march):
    said = [line for line in left_before_closing(MIDDLE) if "absente" in line]
    assert said == [
        "2 écritures du compte « avances » absentes des relevés : à vérifier sur l'état de "
        "rapprochement."
    ]
    assert not verify().findings


def test_the_page_and_its_workbook_tell_the_day_asked(client_as, bank, march, time_machine):
    time_machine.move_to(at(2027, 4, 2))
    operator = client_as(Role.OPERATOR, user=bank.till.operator)
    home = f"/bassins/savoie/fonds/banque/{bank.account.pk}/"
    assert f"{home}etat/" in plain(operator.get(home))
    page = plain(operator.get(f"{home}etat/"))
    assert "État de rapprochement au 31/03/2027" in page
    assert "Différence expliquée" in page
    asked = f"{home}etat/?au=20/03/2027"
    shown = operator.get(asked).context
    assert [(one.label, one.cents) for one in shown["terms"]] == [
        ("Solde à la banque", march + 28_776),
        ("À la banque, pas encore en comptabilité", -999),
        ("En comptabilité, pas encore à la banque", 25_000),
        ("Solde en comptabilité", march + 52_777),
    ]
    book = book_of(operator, asked)
    assert book.sheetnames == [
        "État de rapprochement",
        "Pas en comptabilité",
        "Pas à la banque",
    ]
    assert rows_of(book["Pas en comptabilité"])[1][1:] == ("INCONNU", 9.99, 9.99)
    assert [row[3] for row in rows_of(book.worksheets[2])[1:]] == [200, 50, 250]
    assert "Aucun relevé à cette date" in plain(operator.get(f"{home}etat/?au=01/01/2027"))
    late = plain(operator.get(f"{home}etat/?au={date(2027, 3, 31) + timedelta(1):%d/%m/%Y}"))
    assert "Les relevés s'arrêtent avant ce jour" in late
