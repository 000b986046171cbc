"""Writes the ledger: the only place where entries are made (funds.md 2.8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from alize.accounts.models import Person
from funds.enums import EntryKind, Journal, Perimeter
from funds.models import Advance, Authorization, Entry, LedgerState, PaymentOrder, Posting, Reversal
from funds.rules import ledger as rules

_BANKED = frozenset({"FUND_BANK", "OPS_BANK"})
BATCH = 1000
"""Rows of one statement, when many entries are posted at once."""


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


def lock_ledger() -> LedgerState:
    """Hold the head of the ledger until the end of the transaction, then read cash and caps.

    Taken after the rows of advances and orders, before the journal of acts: the order of the locks
    everywhere in the fund.
    """
    return LedgerState.objects.select_for_update().get()


def post_entry(draft: Draft) -> Entry:
    """Post one entry; see `post_entries`."""
    return post_entries([draft])[0]


@transaction.atomic
def post_entries(drafts: Iterable[Draft]) -> list[Entry]:
    """Post entries in this order; the two sides of a transfer go together.

    Numbers, chain and closing are the database's. Its checks of the commit are made here, so that
    what it refuses is said while somebody can still answer.

    :raises IntegrityError: named after the rule of funds.md 2.7 that would be broken.
    """
    drafts = list(drafts)
    closed_on = LedgerState.objects.values_list("closed_on", flat=True).get()
    entries = Entry.objects.bulk_create(
        (_entry(draft, closed_on) for draft in drafts), batch_size=BATCH
    )
    Posting.objects.bulk_create(
        (
            Posting(
                entry=entry,
                rank=rank,
                perimeter=entry.perimeter,
                account_id=leg.account,
                amount=leg.amount,
                contribution_id=leg.line,
            )
            for entry, draft in zip(entries, drafts, strict=True)
            for rank, leg in enumerate(draft.legs, start=1)
        ),
        batch_size=BATCH,
    )
    connection.check_constraints()
    return entries


def _entry(draft: Draft, closed_on: date | None) -> Entry:
    return Entry(
        journal=draft.journal,
        kind=draft.kind,
        perimeter=draft.perimeter,
        value_on=draft.value_on,
        booked_on=draft.booked_on or _open_day(draft, closed_on),
        recorded_at=draft.at,
        recorded_by=draft.by,
        label=draft.label,
        advance=draft.advance,
        order=draft.order,
        reverses=draft.reverses,
        reversal=draft.reversal,
        authorization=draft.authorization,
        transfer_id=draft.transfer_id,
        command_key=draft.command_key,
        legs=len(draft.legs),
        digest=rules.digest(draft.legs),
    )


def _open_day(draft: Draft, closed_on: date | None) -> date:
    """The day it happened, or the day it was known when that period is closed."""
    if closed_on is None or draft.value_on > closed_on:
        return draft.value_on
    return timezone.localdate(draft.at)
