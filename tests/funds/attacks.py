"""Entries written straight into the tables, and how the database says no (funds.md 2.7)."""

from datetime import date
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from alize.common.constraints import FALLBACK, sentence_of
from funds.models import Authorization, Entry, Posting
from funds.rules import ledger
from funds.rules.ledger import Leg
from tests.builders import at

JUNE = date(2026, 6, 15)


def refused(statement: str, *parameters) -> Exception:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
        connection.check_constraints()
    return error.value


def denied(name: str, act) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        act()
        connection.check_constraints()
    assert error.value.__cause__.diag.constraint_name == name
    assert sentence_of(error.value) != FALLBACK


def write(till, *legs: Leg, sealed: tuple[Leg, ...] | None = None, **fields) -> Entry:
    """An entry and its postings, straight into the tables."""
    entry = Entry.objects.create(
        **{
            "journal": "OD",
            "kind": "EXPENSE",
            "perimeter": "FUND",
            "value_on": JUNE,
            "booked_on": fields.get("value_on", JUNE),
            "recorded_at": at(),
            "recorded_by": till.operator,
            "label": "Écriture",
            "command_key": uuid4(),
            "legs": len(legs),
            "digest": ledger.digest(legs if sealed is None else sealed),
            **fields,
        }
    )
    add(entry, *legs)
    return entry


def add(entry: Entry, *legs: Leg, rank: int = 1, **fields) -> None:
    Posting.objects.bulk_create(
        Posting(
            **{
                "entry": entry,
                "rank": number,
                "perimeter": entry.perimeter,
                "account_id": leg.account,
                "amount": leg.amount,
                "contribution_id": leg.line,
                **fields,
            }
        )
        for number, leg in enumerate(legs, rank)
    )


def pair(amount: int = 10_000, *, debit: str = "FUND_BANK", credit: str = "UNIDENTIFIED"):
    return Leg(debit, amount), Leg(credit, -amount)


def authorized(till, advance, kind: str, amount: int = 10_000, **changes) -> Authorization:
    """What one person asked and another approved, straight into the tables."""
    return Authorization.objects.create(
        **{
            "kind": kind,
            "advance": advance,
            "amount": amount,
            "value_on": JUNE,
            "reason": "Liquidation",
            "cause": "LIQUIDATION" if kind == "WRITE_OFF" else "",
            "decision_id": till.loss_accepted(advance) if kind == "WRITE_OFF" else None,
            "status": "APPROVED",
            "proposed_at": at(),
            "proposed_by": till.operator,
            "decided_at": at(),
            "decided_by": till.finance,
            "command_key": uuid4(),
            **changes,
        }
    )


WAITING = {"status": "PROPOSED", "decided_at": None, "decided_by": None}
"""What nobody decided yet."""


def approved(till, reversal):
    """A reversal that the second person accepted, and nobody carried out."""
    reversal.status, reversal.decided_at, reversal.decided_by = "APPROVED", at(), till.finance
    reversal.save(update_fields=["status", "decided_at", "decided_by"])
    return reversal
