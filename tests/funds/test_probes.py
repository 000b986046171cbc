"""Each rule that the daily audit looks at is seen broken once: none of its questions is idle."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction

from basins import tenancy
from basins.models import Basin
from funds import operations
from funds.queries import verification
from tests.builders import at
from tests.funds.banking import Bank, entry, statement

ADVANCED = "(SELECT max(id) FROM funds_entry WHERE kind = 'DISBURSEMENT')"
REPAID = "(SELECT max(id) FROM funds_entry WHERE kind = 'REPAYMENT')"
UNDONE = "(SELECT max(id) FROM funds_entry WHERE reverses_id IS NOT NULL)"
FEE = "(SELECT max(id) FROM funds_entry WHERE kind = 'BANK_FEE' AND perimeter = 'OPS')"
OWED = f"WHERE entry_id = {REPAID} AND account_id = 'RECEIVABLE'"
TABLES = ("entry", "posting", "clearing", "bankstatement")

BROKEN = {
    "l'écriture a été modifiée": f"UPDATE funds_entry SET label = 'x' WHERE id = {REPAID}",
    "l'écriture ne suit plus la précédente": (
        f"UPDATE funds_entry SET previous_hash = repeat('1', 64) WHERE id = {REPAID}"
    ),
    "une écriture manque avant celle-ci": f"DELETE FROM funds_entry WHERE id = {FEE}",
    "un numéro manque avant celui-ci": f"UPDATE funds_entry SET no = no + 5 WHERE id = {REPAID}",
    "les dernières écritures du journal manquent": (
        "UPDATE funds_journalcounter SET last_no = last_no + 1"
    ),
    "l'exercice n'est pas celui de la date comptable": (
        f"UPDATE funds_entry SET year = year + 7 WHERE id = {REPAID}"
    ),
    "l'écriture a moins de deux lignes": f"DELETE FROM funds_posting WHERE entry_id = {REPAID}",
    "débit et crédit diffèrent": f"UPDATE funds_posting SET amount = amount + 1 {OWED}",
    "les lignes ne sont plus celles qui ont été scellées": (
        f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {REPAID}"
    ),
    "les deux comptes sont mélangés": (
        f"UPDATE funds_entry SET perimeter = 'OPS' WHERE id = {REPAID}"
    ),
    "l'écriture ne nomme pas son avance": (
        f"UPDATE funds_entry SET advance_id = NULL WHERE id = {REPAID}"
    ),
    "les deux côtés du virement diffèrent": (
        f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {FEE}"
    ),
    "deux personnes n'ont pas voulu cette écriture telle qu'elle est": (
        "UPDATE funds_reversal SET status = 'REFUSED'"
    ),
    "une ligne n'a pas d'écriture": f"UPDATE funds_posting SET entry_id = 999999 {OWED}",
    "l'annulation n'est pas le miroir de l'écriture": (
        f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {UNDONE}"
    ),
    "l'échéancier ne fait pas le total": "UPDATE funds_scheduleversion SET covers = covers + 1",
    "l'avance doit moins que zéro": f"UPDATE funds_posting SET amount = -9000000 {OWED}",
    "plus de versé que d'accordé": (
        f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {ADVANCED}"
    ),
    "un jour, plus de perdu que de versé": (
        f"UPDATE funds_posting SET amount = -amount WHERE entry_id = {ADVANCED}"
    ),
    "plus de récupéré que de perdu": f"UPDATE funds_posting SET account_id = 'RECOVERED' {OWED}",
    "plus de trop-perçu rendu que reçu": (
        f"UPDATE funds_posting SET account_id = 'OVERPAID', amount = 1 {OWED}"
    ),
    "un jour, le trop-perçu (467) n'est pas celui de ses paiements": (
        f"UPDATE funds_posting SET account_id = 'OVERPAID' {OWED}"
    ),
    "le plafond du défraiement est dépassé": (
        "UPDATE funds_posting SET account_id = 'ALLOWANCE', amount = 1000001 "
        f"WHERE entry_id = {FEE} AND rank = 1;"
        f"UPDATE funds_entry SET kind = 'ALLOWANCE' WHERE id = {FEE}"
    ),
    "le financeur a repris plus que son apport": (
        "UPDATE funds_posting SET amount = -amount WHERE contribution_id IS NOT NULL"
    ),
    "le relevé ne tombe pas juste, ou ne suit pas le précédent": (
        "UPDATE funds_bankstatement SET closing = closing + 1"
    ),
    "le virement d'une banque à l'autre n'a qu'un côté": (
        "UPDATE funds_clearing SET act = 'INTERNAL'"
    ),
    "l'écriture rapprochée n'est pas du montant de la ligne de banque": (
        "UPDATE funds_clearing SET amount = amount + 1"
    ),
    "un mouvement en attente (471, 472) n'a pas sa ligne de banque": (
        "UPDATE funds_posting SET account_id = 'UNIDENTIFIED' "
        f"WHERE entry_id = {ADVANCED} AND account_id = 'FUND_BANK'"
    ),
}
"""What each rule says when it is broken, and what breaks it."""
SIDES = {
    "encours": f"UPDATE funds_entry SET advance_id = NULL WHERE id = {ADVANCED}",
    "trop-perçus": (
        f"UPDATE funds_posting SET account_id = 'OVERPAID' {OWED};"
        f"UPDATE funds_entry SET advance_id = NULL WHERE id = {REPAID}"
    ),
    "pertes nettes": (
        f"UPDATE funds_posting SET account_id = 'LOSS' {OWED};"
        f"UPDATE funds_entry SET advance_id = NULL WHERE id = {REPAID}"
    ),
    "liaison": f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {FEE}",
    "identité du fonds": (
        "UPDATE funds_posting SET amount = amount + 1 "
        f"WHERE entry_id = {ADVANCED} AND account_id = 'FUND_BANK'"
    ),
    "trop-perçus gardés": f"UPDATE funds_posting SET account_id = 'KEPT' {OWED}",
    "banque, avances": (
        "UPDATE funds_posting SET amount = amount + 1 "
        f"WHERE entry_id = {REPAID} AND account_id = 'FUND_BANK'"
    ),
}
"""The sums that the rules compute and the accounts hold, and what parts them."""


@pytest.fixture(scope="module")
def book(desk) -> None:
    """Money lent, paid back and shown by the bank, a payment undone, a fee of both accounts."""
    advance = desk.lent()
    desk.reverse(desk.repay(advance, 27_777, date(2026, 6, 15)), date(2026, 6, 20))
    operations.record_bank_fee(
        amount=500, taken_on=date(2026, 6, 15), by=desk.operator, at=at(2026, 7, 1),
        command_key=uuid4(),
    )  # fmt: skip
    bank = Bank(desk)
    bank.load(statement(entry("300.00", "VIREMENT")))
    [line] = bank.lines()
    bank.do(operations.clear_with_repayments, line, parts=[(advance.pk, 30_000)])


@pytest.fixture
def after(committed: Basin, book) -> Callable[[str], list[str]]:
    """What the audit finds once a statement ran, as whoever owns the tables could run it."""

    def found(statement: str) -> list[str]:
        with tenancy.as_owner(), tenancy.inside(committed), transaction.atomic():
            with connection.cursor() as cursor:
                _unguard(cursor)
                cursor.execute(statement)
            findings = [str(one) for one in verification.verify().findings]
            transaction.set_rollback(True)
        connection.set_tenant(committed)
        return findings

    return found


def _unguard(cursor) -> None:
    """Forget for now the triggers and the constraints that would refuse."""
    cursor.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint "
        "WHERE contype IN ('c', 'f', 'u', 'x') AND conrelid = ANY (%s::regclass[])",
        [[f"funds_{table}" for table in (*TABLES, "scheduleversion")]],
    )
    for table, name in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
    for table in (*TABLES, "scheduleversion", "journalcounter", "reversal"):
        cursor.execute(f"ALTER TABLE funds_{table} DISABLE TRIGGER USER")


def test_nothing_is_found_before(committed, book):
    assert verification.verify().findings == ()


def test_every_question_of_the_audit_is_tried():
    assert BROKEN.keys() == verification.PROBES.keys()


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_is_said(after, what):
    assert any(found.endswith(f" : {what}") for found in after(BROKEN[what]))


@pytest.mark.parametrize("side", SIDES)
def test_sums_that_part_are_said(after, side):
    assert any(found.startswith(f"{side} : ") for found in after(SIDES[side]))
