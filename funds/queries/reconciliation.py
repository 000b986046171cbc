"""État de rapprochement: the balance of the bank and that of the ledger at the end of a day.

Each term is told as of that day. An entry of before it that the bank shows after it is still on its
way; a line of before it that an entry of after it explains is not entered yet. What people linked
since is known: it is what was true that day, as well as it is known today.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from funds.enums import ClearingAct
from funds.models import BankAccount, BankLine, BankStatement, Clearing, Entry, Posting
from funds.queries.bank import (
    bank_sum,
    first_day,
    last_statements,
    ledger_account,
    seen,
    statements_of,
    sum_by_line,
)

_OF_SUSPENSE = (ClearingAct.IDENTIFIED, ClearingAct.MOVED)
"""What takes money off the suspense account: the bank has nothing to do with it."""


@dataclass(frozen=True)
class ReconciliationStatement:
    """État de rapprochement : both balances at the end of a day, and what parts them; cents."""

    statements: list[BankStatement]
    """The last one of each number that had begun: the bank holds the sum of what they say."""
    on: date
    until: date
    """The last day of the statements, or the day itself when they go beyond it."""
    closing: int
    ledger: int
    lines: QuerySet[Any]
    """At the bank, not in the ledger; `left` is the part that no entry of the day explains."""
    entries: QuerySet[Any]
    """In the ledger, not at the bank; `left` is the part that no line of the day shows."""
    lines_left: int
    unseen: int
    before: int
    """What the bank held before its first statements, less what the ledger did."""
    booked_later: int
    """Happened by the day and booked after it, for its period was closed."""

    @property
    def difference(self) -> int:
        return self.closing - self.ledger

    @property
    def unexplained(self) -> int:
        """Nothing, unless what was imported, entered or linked was altered since."""
        known = self.lines_left - self.unseen + self.before + self.booked_later
        return self.difference - known


def reconciliation(
    account: BankAccount, *, on: date | None = None
) -> ReconciliationStatement | None:
    """Compare the bank and the ledger, on the last day of the statements if none is asked.

    Nothing when no statement had begun by that day.
    """
    since = first_day(account)
    if since is None or (on is not None and on < since):
        return None
    on = on or max(statement.until for statement in last_statements(account))
    begun = statements_of(account).filter(since__lte=on)
    last = list(begun.exclude(following__since__lte=on).order_by("number"))
    lines, entries = (find(account, on=on, since=since) for find in (lines_left, unseen))
    postings = Posting.objects.filter(account=ledger_account(account), entry__value_on__lte=on)
    opened = _sum(begun.filter(previous=None), "opening")
    early = postings.filter(entry__value_on__lt=since).exclude(seen("entry"))
    later = postings.filter(entry__booked_on__gt=on)
    return ReconciliationStatement(
        statements=last,
        on=on,
        until=min(on, max(statement.until for statement in last)),
        closing=sum(_held(statement, on) for statement in last),
        ledger=_sum(postings) - _sum(later),
        lines=lines,
        entries=entries,
        lines_left=_sum(lines, "left"),
        unseen=_sum(entries, "left"),
        before=opened - _sum(early),
        booked_later=_sum(later),
    )


def lines_left(account: BankAccount, *, on: date, since: date) -> QuerySet[Any]:
    """The lines of a bank by a day, with the part `left` that no entry of that day explains.

    An entry undone by that day explains none, unless the bank showed its cancellation.
    """
    undone = Entry.objects.filter(reverses=OuterRef("entry"), value_on__range=(since, on))
    mirrors = Entry.objects.filter(reversal=OuterRef("reversal"), value_on__lte=on)
    explained = _of_the_bank().filter(
        Q(act=ClearingAct.INTERNAL, other_line__booked_on__lte=on)
        | Q(Q(act=ClearingAct.BOUNCE), Exists(mirrors))
        | Q(Q(entry__value_on__lte=on), ~Exists(undone.exclude(seen("pk"))))
    )
    lines = BankLine.objects.filter(account=account, booked_on__lte=on)
    left = lines.annotate(left=F("amount") - sum_by_line(explained)).exclude(left=0)
    return left.order_by("booked_on", "pk")


def unseen(account: BankAccount, *, on: date, since: date) -> QuerySet[Any]:
    """The entries of a day or before, with the part `left` that no line of that day shows.

    An entry and its cancellation that the bank never saw explain each other.
    """
    shown_later = _of_the_bank().filter(
        Q(entry=OuterRef("pk")) | Q(reversal__mirrors=OuterRef("pk")),
        line__account=account,
        line__booked_on__gt=on,
    )
    sums = shown_later.order_by().values("undone_at").annotate(sum=Sum("amount")).values("sum")
    mirrors = Entry.objects.filter(reverses=OuterRef("pk"), value_on__range=(since, on))
    cancelled = Exists(mirrors.exclude(seen("pk")))
    cancels = Q(reverses__isnull=False) & ~seen("pk")
    cancels &= Q(reverses__value_on__gte=since) | seen("reverses")
    known = Entry.objects.annotate(moved=bank_sum(account)).filter(
        Q(value_on__gte=since) | seen("pk"), moved__isnull=False, value_on__lte=on
    )
    standing = known.exclude(cancelled).exclude(cancels)
    left = standing.annotate(
        left=Case(When(seen("pk"), then=Coalesce(Subquery(sums), 0)), default=F("moved"))
    )
    return left.exclude(left=0).order_by("value_on", "pk")


def _of_the_bank() -> QuerySet[Clearing]:
    return Clearing.objects.filter(undone_at=None).exclude(act__in=_OF_SUSPENSE)


def _held(statement: BankStatement, on: date) -> int:
    """What a number holds at the end of a day, by its last statement that had begun."""
    if statement.until <= on:
        return statement.closing
    return statement.opening + _sum(statement.lines.filter(booked_on__lte=on))


def _sum(rows: QuerySet[Any], name: str = "amount") -> int:
    return rows.aggregate(sum=Sum(name, default=0))["sum"]
