"""Whatever is changed in the ledger with its triggers off is found, and said with its place."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from basins import tenancy
from funds import operations, tasks
from funds.enums import Perimeter
from funds.queries import verification
from partners.enums import PledgeNature
from tests.builders import at

JUNE = date(2026, 6, 15)


@pytest.fixture(scope="module")
def book(desk) -> None:
    """A fund where a little of everything happened."""
    advance = desk.lent()
    desk.reverse(desk.repay(advance, 27_777, JUNE), date(2026, 6, 20))
    desk.repay(advance, 30_000, date(2026, 7, 15))
    desk.endow(4_000_000, perimeter=Perimeter.OPS)
    operations.record_valued(
        funder="Scierie",
        nature=PledgeNature.IN_KIND,
        amount=50_000,
        received_on=JUNE,
        by=desk.operator,
        at=at(2026, 7, 1),
        command_key=uuid4(),
    )


@pytest.fixture
def tamper(committed, book) -> Callable[..., list[str]]:
    """Change rows as their owner, triggers off; look for it; undo it."""

    def change(*statements: str) -> list[str]:
        with tenancy.as_owner(), tenancy.inside(committed), transaction.atomic():
            with connection.cursor() as cursor:
                for table in ("entry", "posting", "scheduleline", "paymentorder"):
                    cursor.execute(f"ALTER TABLE funds_{table} DISABLE TRIGGER USER")
                for statement in statements:
                    cursor.execute(statement)
                    assert cursor.rowcount, statement
            found = [str(finding) for finding in verification.verify().findings]
            transaction.set_rollback(True)
        connection.set_tenant(committed)
        return found

    return change


LAST = "(SELECT max(id) FROM funds_entry)"
REPAID = "(SELECT max(id) FROM funds_entry WHERE kind = 'REPAYMENT')"
TAMPERED = {
    "a label changed": (
        [f"UPDATE funds_entry SET label = 'x' WHERE id = {REPAID}"],
        ["BA-2026-5 : l'écriture a été modifiée"],
    ),
    "a day changed and sealed again": (
        [
            f"UPDATE funds_entry SET value_on = value_on - 1 WHERE id = {REPAID}",
            "UPDATE funds_entry entry SET hash = public.alize_ledger_hash(previous_hash, "
            f"to_jsonb(entry)) WHERE id = {REPAID}",
        ],
        ["BF-2026-1 : l'écriture ne suit plus la précédente"],
    ),
    "an amount moved, balance kept": (
        [f"UPDATE funds_posting SET amount = amount * 2 WHERE entry_id = {REPAID}"],
        ["BA-2026-5 : les lignes ne sont plus celles qui ont été scellées"],
    ),
    "one leg changed": (
        [f"UPDATE funds_posting SET amount = amount + 1 WHERE entry_id = {REPAID} AND rank = 1"],
        [
            "BA-2026-5 : débit et crédit diffèrent",
            "BA-2026-5 : les lignes ne sont plus celles qui ont été scellées",
        ],
    ),
    "the last entry removed": (
        [
            f"DELETE FROM funds_posting WHERE entry_id = {LAST}",
            f"DELETE FROM funds_entry WHERE id = {LAST}",
        ],
        ["VA-2026 : les dernières écritures du journal manquent"],
    ),
    "an entry removed from the middle": (
        [
            f"DELETE FROM funds_posting WHERE entry_id = {REPAID}",
            f"DELETE FROM funds_entry WHERE id = {REPAID}",
        ],
        [
            "BF-2026-1 : l'écriture ne suit plus la précédente",
            "BF-2026-1 : une écriture manque avant celle-ci",
            "BA-2026 : les dernières écritures du journal manquent",
        ],
    ),
    "postings removed": (
        [f"DELETE FROM funds_posting WHERE entry_id = {LAST}"],
        ["VA-2026-1 : l'écriture a moins de deux lignes"],
    ),
    "more given back than was overpaid": (
        [
            "UPDATE funds_posting SET account_id = 'OVERPAID', amount = 1 "
            f"WHERE entry_id = {REPAID} AND rank = 1"
        ],
        ["plus de trop-perçu rendu que reçu"],
    ),
    "more lost than lent": (
        [
            "UPDATE funds_posting SET amount = -amount WHERE entry_id IN "
            "(SELECT id FROM funds_entry WHERE kind = 'DISBURSEMENT')"
        ],
        ["un jour, plus de perdu que de versé"],
    ),
    "a payment that nobody released": (
        [
            "UPDATE funds_paymentorder SET status = 'CANCELLED', released_at = NULL, "
            "released_by_id = NULL, payee_id = NULL, cancelled_at = prepared_at, "
            "cancelled_by_id = prepared_by_id"
        ],
        ["BA-2026-2 : deux personnes n'ont pas voulu cette écriture telle qu'elle est"],
    ),
    "an instalment changed": (
        ["UPDATE funds_scheduleline SET amount = amount + 1 WHERE rank = 1"],
        ["l'échéancier ne fait pas le total"],
    ),
}


def test_nothing_is_found_when_nothing_changed(committed, book):
    assert verification.verify().findings == ()
    out = StringIO()
    call_command("verify_ledger", "--basin", "savoie", stdout=out)
    assert "7 écritures vérifiées, conforme." in out.getvalue()
    with pytest.raises(CommandError, match="Aucun bassin"):
        call_command("verify_ledger", "--basin", "ailleurs")


def test_every_day_tells_what_is_found_and_nothing_otherwise(committed, book, monkeypatch):
    told = []
    monkeypatch.setattr(tasks, "tell_staff", lambda code, **words: told.append((code, words)))
    with tenancy.inside(committed), transaction.atomic():
        tasks.verify_ledger(at=at(2026, 8, 1))
        assert told == []
    report = verification.Report(1, (verification.Finding("BA-2026-5", "modifiée"),))
    monkeypatch.setattr(verification, "verify", lambda: report)
    with tenancy.inside(committed), transaction.atomic():
        tasks.verify_ledger(at=at(2026, 8, 1))
        transaction.set_rollback(True)
    [(code, words)] = told
    assert (code, words["count"], words["first"]) == ("M82", "1", "BA-2026-5 : modifiée")


@pytest.mark.parametrize("case", TAMPERED)
def test_what_was_changed_is_found_and_located(tamper, case):
    statements, expected = TAMPERED[case]
    found = tamper(*statements)
    for sentence in expected:
        assert any(sentence in finding for finding in found), found
