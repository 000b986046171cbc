"""The last cents of an advance, claimed twice at once, at every isolation level (T15)."""

from collections.abc import Iterator
from datetime import date

import psycopg
import pytest
from django.db import transaction

from funds import queries
from funds.models import Advance, Entry
from funds.rules.ledger import Leg
from tests.funds.attacks import write
from tests.funds.conftest import at_once, refusals

LEVELS = list(psycopg.IsolationLevel)[1:]
JOURNALS = [("BA", "BA"), ("BA", "OD")]
ROUNDS = 30
"""In all: as many of each pair of journals at each level."""
DAY = date(2026, 6, 15)


@pytest.fixture(scope="module")
def advances(desk) -> Iterator[Advance]:
    """Advances that owe 100 €, one after the other."""

    def lent() -> Iterator[Advance]:
        while True:
            yield desk.lent(amount=10_000, lines=1)

    return lent()


@transaction.atomic
def claim(desk, advance, journal: str) -> Entry:
    legs = (Leg("FUND_BANK", 10_000), Leg("RECEIVABLE", -10_000))
    return write(desk, *legs, kind="REPAYMENT", advance=advance, journal=journal)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
@pytest.mark.parametrize("journals", JOURNALS)
def test_the_last_cents_come_back_once(committed, desk, advances, level, journals):
    for _ in range(ROUNDS // len(LEVELS) // len(JOURNALS)):
        advance = next(advances)
        results = at_once(
            committed,
            *[lambda a=advance, j=journal: claim(desk, a, j) for journal in journals],
            level=level,
        )
        assert len(refusals(results)) == 1
        assert queries.owed(advance) == 0


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name)
def test_two_cashiers_at_every_level(committed, desk, advances, level):
    """By the operation: what is refused is said, what is kept adds up."""
    advance = next(advances)
    results = at_once(
        committed, *[lambda n=n: desk.repay(advance, 1_000 + n, DAY) for n in range(4)], level=level
    )
    kept = sum(queries.amount_of(one) for one in results if isinstance(one, Entry))
    assert kept == 10_000 - queries.owed(advance)
    assert kept
    numbers = list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
