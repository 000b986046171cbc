"""The account of a company: every entry of its advance, the balance after each (feature 27)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from alize.common.dates import short_date
from alize.common.money import format_euros
from funds.enums import AccountKey, EntryKind
from funds.models import Advance
from funds.queries.transfers import stopped_entries

_OWED = [AccountKey.RECEIVABLE, AccountKey.OVERPAID]


@dataclass(frozen=True)
class StatementLine:
    """One entry as the company sees it; cents."""

    value_on: date
    name: str
    debit: int
    """What it owes more."""
    credit: int
    """What it owes less."""
    balance: int
    """What it owes after it; below zero, what the fund owes it."""


def statement_lines(advance: Advance, *, on: date) -> list[StatementLine]:
    """What happened on an advance by the end of a day, in the order of the days.

    A payment stopped before the bank did not: it never reached the company.
    """
    return list(_lines(advance, on))


def _lines(advance: Advance, on: date) -> Iterator[StatementLine]:
    entries = (
        advance.entries.filter(value_on__lte=on)
        .exclude(pk__in=stopped_entries(on=on))
        .exclude(kind=EntryKind.OFFSET)  # from one account of the company to the other
        .annotate(
            moved=Sum("postings__amount", filter=Q(postings__account__in=_OWED), default=0),
            total=Sum("postings__amount", filter=Q(postings__amount__gt=0), default=0),
        )
        .select_related("reverses")
        .order_by("value_on", "pk")
    )
    balance = 0
    for entry in entries:
        undone = entry.reverses
        if undone is not None and undone.kind == EntryKind.OFFSET:
            continue
        balance += entry.moved
        kind = EntryKind(entry.kind)
        name = kind.label
        if undone is not None:
            name += f" : {EntryKind(undone.kind).label.lower()} du {short_date(undone.value_on)}"
        if not entry.moved:  # what was written off is owed no more
            name += f", {format_euros(entry.total)}"
        yield StatementLine(
            value_on=entry.value_on,
            name=name,
            debit=max(entry.moved, 0),
            credit=max(-entry.moved, 0),
            balance=balance,
        )
