"""What a funder took back beyond its due is found, whoever wrote it (funds.md 2.6)."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction

from basins import tenancy
from funds import queries
from funds.enums import AuthorizationKind
from funds.queries import verification
from tests.funds.asking import NOW, done
from tests.funds.test_figures import write_off

LOST_ON, TAKEN_ON = date(2027, 1, 10), date(2027, 3, 1)
EXCESS = "le financeur a repris plus que ce qui lui revient"
TAKEN = "entry_id = (SELECT id FROM funds_entry WHERE kind = 'RESTITUTION')"
LOST = "entry_id = (SELECT min(id) FROM funds_entry WHERE kind = 'WRITE_OFF')"


@pytest.fixture(scope="module")
def book(desk) -> None:
    """A funder shares a loss, takes all the rest back, then another loss comes."""
    line = desk.endow(2_000_000)
    assert desk.dotation
    advance = desk.lent()
    desk.reverse(desk.repay(advance, 20_000, date(2026, 6, 15)), date(2026, 6, 20))
    write_off(desk, advance, 400_000, LOST_ON)
    due = queries.entitlement_of(line, on=TAKEN_ON, today=NOW.date())
    assert due < 2_000_000
    about = {"contribution_id": line.pk, "value_on": TAKEN_ON}
    done(desk, AuthorizationKind.RESTITUTION, due, **about)
    write_off(desk, advance, 100_000, date(2027, 4, 1))


@pytest.fixture
def found(committed, book) -> Callable[[str], list[str]]:
    """What the audit finds once the owner of the tables moved some cents, triggers off."""

    def after(amount: str, where: str) -> list[str]:
        with tenancy.as_owner(), tenancy.inside(committed), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE funds_posting DISABLE TRIGGER USER")
                cursor.execute(f"UPDATE funds_posting SET amount = {amount} WHERE {where}")
                assert cursor.rowcount
            findings = [finding.what for finding in verification.verify().findings]
            transaction.set_rollback(True)
        connection.set_tenant(committed)
        return findings

    return after


def test_what_was_lost_afterwards_takes_nothing_back(committed, book):
    assert not verification.verify().findings


@pytest.mark.parametrize(
    ("amount", "where"),
    [
        ("amount + sign(amount)", TAKEN),
        ("amount * 2", LOST),
        ("amount * 2", "entry_id = (SELECT id FROM funds_entry WHERE kind = 'BOUNCE')"),
    ],
)
def test_what_was_taken_beyond_what_was_due_is_found(found, amount, where):
    assert EXCESS in found(amount, where)


def test_a_loss_that_came_later_changes_nothing_of_it(found):
    assert EXCESS not in found("amount * 2", LOST.replace("min", "max"))
