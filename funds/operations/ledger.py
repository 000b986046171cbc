"""Writes the ledger: the only place where entries are made (funds.md 2.8)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from alize.accounts.models import Person
from alize.audit.commands import Command
from funds.enums import EntryKind, Journal, Perimeter
from funds.models import Advance, Authorization, Entry, LedgerState, PaymentOrder, Reversal
from funds.rules import ledger as rules

_BANKED = frozenset({"FUND_BANK", "OPS_BANK"})


@cache
def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


# Bare statements: the ORM takes longer to write them than the database to carry them out, and every
# payment asks them.
HOLD = f"""
SELECT {", ".join(_columns(Advance))} FROM funds_advance WHERE id = %s FOR UPDATE
"""  # noqa: S608 -- made of the names of the model's own columns
POST = "SELECT * FROM public.alize_ledger_post(%s, %s, %s, %s)"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry to post: what happened, when, to which accounts, recorded by whom."""

    kind: EntryKind
    perimeter: Perimeter
    legs: rules.Legs
    value_on: date
    label: str
    command_key: UUID
    by: Person
    at: datetime
    booked_on: date | None = None
    """The day of its accounting period; the day it happened when that is open, or today."""
    advance: Advance | None = None
    order: PaymentOrder | None = None
    reverses: Entry | None = None
    reversal: Reversal | None = None
    authorization: Authorization | None = None
    transfer_id: UUID | None = None

    @property
    def journal(self) -> Journal:
        """The journal of the bank that it moves; otherwise that of what is valued, or the rest."""
        if self.perimeter == Perimeter.NATURE:
            return Journal.NATURE
        if not any(leg.account in _BANKED for leg in self.legs):
            return Journal.GENERAL
        return Journal.FUND_BANK if self.perimeter == Perimeter.FUND else Journal.OPS_BANK


def lock_advance(advance_id: int) -> Advance:
    """Hold an advance until the end of the transaction, before anything of it is read.

    :raises Advance.DoesNotExist: there is none.
    """
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [advance_id])
        return held_advance(cursor.fetchone())


def held_advance(row: Sequence[Any] | None) -> Advance:
    """The advance that `HOLD` gave.

    :raises Advance.DoesNotExist: it gave none.
    """
    if row is None:
        raise Advance.DoesNotExist
    return Advance.from_db(connection.alias, _columns(Advance), row)


def lock_ledger() -> LedgerState:
    """Hold the head of the ledger until the end of the transaction, then read cash and caps.

    Taken after the rows of advances and orders, before the journal of acts: the order of the locks
    everywhere in the fund.
    """
    return LedgerState.objects.select_for_update().get()


def post_entry(draft: Draft, *, event: str | None = None, **facts: Any) -> Entry:
    """Post one entry; see `post_entries`."""
    return post_entries([draft], event=event, **facts)[0]


@transaction.atomic(savepoint=False)
def post_entries(
    drafts: Iterable[Draft],
    *,
    event: str | None = None,
    command: Command | None = None,
    **facts: Any,
) -> list[Entry]:
    """Post entries in this order; the two sides of a transfer go together.

    Numbers, chain, closing and, when the draft has none, the accounting day are the database's. Its
    checks of the commit are made here, so that what it refuses is said while somebody can still
    answer. The same statement asks that the figures of the basin be counted again and, for an act
    that ends there, writes the event about the first entry last, as `audit.record` would.

    :raises IntegrityError: named after the rule of funds.md 2.7 that would be broken.
    """
    drafts = list(drafts)
    rows = [_entry(draft) for draft in drafts]
    postings = [
        _posting(draft, rank, leg) for draft in drafts for rank, leg in enumerate(draft.legs, 1)
    ]
    with connection.cursor() as cursor:
        told = event and json.dumps({"type": event, "facts": facts})
        kept = None if command is None else _written(asdict(command))
        cursor.execute(POST, [_written(rows), _written(postings), told, kept])
        names = [column.name for column in cursor.description]
        given = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return [
        _as_posted(draft, row | facts)
        for draft, row, facts in zip(drafts, rows, given, strict=True)
    ]


def _written(facts: list[dict[str, Any]] | dict[str, Any]) -> str:
    return json.dumps(facts, default=str)


def _as_posted(draft: Draft, facts: dict[str, Any]) -> Entry:
    columns = _columns(Entry)
    entry = Entry.from_db(connection.alias, columns, [facts[name] for name in columns])
    entry.advance, entry.recorded_by = draft.advance, draft.by
    return entry


def _entry(draft: Draft) -> dict[str, Any]:
    return {
        "journal": draft.journal,
        "kind": draft.kind,
        "perimeter": draft.perimeter,
        "value_on": draft.value_on,
        "booked_on": draft.booked_on,
        "recorded_at": draft.at,
        "recorded_by_id": draft.by.pk,
        "label": draft.label,
        "advance_id": draft.advance and draft.advance.pk,
        "order_id": draft.order and draft.order.pk,
        "reverses_id": draft.reverses and draft.reverses.pk,
        "reversal_id": draft.reversal and draft.reversal.pk,
        "authorization_id": draft.authorization and draft.authorization.pk,
        "transfer_id": draft.transfer_id,
        "command_key": draft.command_key,
        "legs": len(draft.legs),
        "digest": rules.digest(draft.legs),
    }


def _posting(draft: Draft, rank: int, leg: rules.Leg) -> dict[str, Any]:
    return {
        "entry": draft.command_key,
        "rank": rank,
        "account_id": leg.account,
        "amount": leg.amount,
        "contribution_id": leg.line,
    }
