"""The book of an advance: its events and its plans, read for any number of advances at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from funds.enums import AdvanceStatus, EntryKind
from funds.models import Advance, Entry, FundSettings, Posting, ScheduleLine
from funds.models import ScheduleVersion as StoredVersion
from funds.queries.ledger import Known
from funds.rules import (
    Event,
    EventKind,
    Installment,
    Position,
    ScheduleVersion,
    position,
)

_OF_RULES = frozenset(EventKind)
_EVENTS = _OF_RULES | {EntryKind.REVERSAL}
LOST = ("LOSS", "RECOVERED")
LOAN = "SELECT * FROM public.alize_loan(%s, %s)"


@dataclass(frozen=True)
class Book:
    """All that was recorded on one advance, in the terms of the rules."""

    events: tuple[Event, ...]
    versions: tuple[ScheduleVersion, ...]
    tolerance_days: int = 0
    undone: Mapping[int, date] = field(default_factory=dict)
    """The entries that were undone, and from which day."""

    def position(self, on: date) -> Position:
        """Where the advance stands at the end of a day."""
        return position(
            events=self.events,
            versions=self.versions,
            as_of=on,
            tolerance_days=self.tolerance_days,
        )

    @property
    def lent(self) -> int:
        """What was lent and not undone, whatever the days."""
        return lent_by(self.events)

    def lent_on(self, on: date) -> date:
        """The day of the first payment that stands at the end of a day; something is lent then."""
        return min(
            event.value_on
            for event in self.events
            if event.kind == EventKind.DISBURSEMENT
            and event.value_on <= on < self.undone.get(event.no, date.max)
            and event.amount > 0
        )

    def plan_on(self, on: date) -> ScheduleVersion | None:
        """The plan in force on a day, or the first one to come."""
        known = [version for version in self.versions if version.effective_on <= on]
        return max(known or self.versions[:1], key=lambda version: version.no, default=None)


class Loan(NamedTuple):
    """What was lent on an advance, on a day and since, in cents."""

    lent_on: date | None
    """The day of the first payment that stands; none while nothing was lent."""
    owed: int
    """At the end of the day."""
    lowest: int
    """The least that it owes at the end of a day, from that one on."""
    lost: int
    """Written off and not recovered, whatever the days."""
    is_followed: bool
    """Whether something is recorded on a later day."""


def lent_by(events: Iterable[Event]) -> int:
    """What was lent and not undone by the events of an advance, whatever the days; cents."""
    return sum(event.amount for event in events if event.kind == EventKind.DISBURSEMENT)


def events_of(entries: QuerySet[Entry]) -> dict[int, list[Event]]:
    """What entries did to each advance, by id, in the order of recording.

    An event other than a repayment that was undone comes back with its amount below zero.
    """
    return _recorded(entries)[0]


def _recorded(entries: QuerySet[Entry]) -> tuple[dict[int, list[Event]], dict[int, date]]:
    """The events of each advance, and the day from which an entry was undone, by id."""
    events, undone_on = defaultdict[int, list[Event]](list), dict[int, date]()
    rows = (
        entries.filter(kind__in=_EVENTS, advance__isnull=False)
        .order_by("id")
        .values_list("advance_id", "id", "value_on", "kind", "reverses__kind", "reverses")
        .annotate(amount=Sum("postings__amount", filter=Q(postings__amount__gt=0), default=0))
    )
    for advance_id, no, value_on, kind, undone, undone_no, amount in rows:
        if undone_no is not None:
            undone_on[undone_no] = value_on
        if kind != EntryKind.REVERSAL:
            events[advance_id].append(Event(no, value_on, EventKind(kind), amount))
        elif undone in _OF_RULES:
            events[advance_id].append(Event(no, value_on, EventKind(undone), -amount))
    return events, undone_on


def books_of(advances: Iterable[Advance], *, known_at: Known | None = None) -> dict[int, Book]:
    """The books of these advances, by id, in four queries; as known at a moment, today if none."""
    ids = [advance.pk for advance in advances]
    entries = Entry.objects.filter(advance__in=ids)
    plans = StoredVersion.objects.filter(advance__in=ids)
    if known_at is not None:
        entries = entries.filter(pk__lte=known_at.entry)
        plans = plans.filter(pk__lte=known_at.plan)
    events, undone = _recorded(entries)
    lines = defaultdict[int, list[Installment]](list)
    for version_id, rank, due_on, amount in (
        ScheduleLine.objects.filter(version__advance__in=ids)
        .order_by("version_id", "rank")
        .values_list("version_id", "rank", "due_on", "amount")
    ):
        lines[version_id].append(Installment(rank, due_on, amount))
    versions = defaultdict[int, list[ScheduleVersion]](list)
    for version_id, advance_id, no, effective_on, opening, reason in plans.order_by(
        "advance_id", "no"
    ).values_list("pk", "advance_id", "no", "effective_on", "opening_entry", "reason"):
        versions[advance_id].append(
            ScheduleVersion(no, effective_on, opening or 0, reason, tuple(lines[version_id]))
        )
    tolerance = FundSettings.objects.values_list("tolerance_days", flat=True).first() or 0
    return {pk: Book(tuple(events[pk]), tuple(versions[pk]), tolerance, undone) for pk in ids}


def book_of(advance: Advance) -> Book:
    """The book of one advance."""
    return books_of([advance])[advance.pk]


def left_to_pay(advance: Advance) -> int:
    """What was granted and neither renounced, lent, nor waiting to be released."""
    waiting = advance.payment_orders.filter(status="PREPARED").aggregate(sum=Sum("amount"))
    return _unlent(advance) - (waiting["sum"] or 0)


def _unlent(advance: Advance) -> int:
    events = events_of(Entry.objects.filter(advance=advance)).get(advance.pk, [])
    return advance.promised - lent_by(events)


def is_unsettled(advance: Advance) -> bool:
    """Whether something of an advance is still owed, or still to be paid or renounced."""
    if advance.status == AdvanceStatus.CANCELLED:
        return False
    return bool(owed(advance) or (_unlent(advance) and net_loss(advance) <= 0))


def loan_of(advance: Advance, *, on: date) -> Loan:
    """What a repayment of a day has to know of an advance, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(LOAN, [advance.pk, on])
        return Loan(*cursor.fetchone())


def owed(advance: Advance, *, since: date | None = None) -> int:
    """What an advance owes now, whatever the days; from a day on, the least that it owes."""
    return _least(advance, "RECEIVABLE", since=since)


def overpaid(advance: Advance, *, since: date | None = None) -> int:
    """What the fund owes back on an advance now; from a day on, the least that it does."""
    return max(0, _least(advance, "OVERPAID", since=since, side=-1))


def owed_back(advance: Advance, *, since: date | None = None) -> int:
    """What the company owes of an over-payment that it was refunded and the bank took back."""
    return max(0, _least(advance, "OVERPAID", since=since))


def net_loss(advance: Advance, *, since: date | None = None) -> int:
    """What was written off of an advance and not recovered; from a day on, the least of it."""
    return _least(advance, *LOST, since=since)


def net_losses(advances: Collection[int]) -> dict[int, int]:
    """The same of these advances, by id; those of which nothing was written off are left out."""
    postings = Posting.objects.filter(entry__advance__in=advances, account__in=LOST)
    sums = postings.order_by().values_list("entry__advance").annotate(Sum("amount"))
    return dict(sums)


def debts(advances: Collection[int]) -> dict[int, int]:
    """What these advances owe now, by id."""
    postings = Posting.objects.filter(entry__advance__in=advances, account="RECEIVABLE")
    sums = postings.order_by().values_list("entry__advance").annotate(Sum("amount"))
    return dict(sums)


def lost_since(advance: Advance) -> date:
    """The day of the first loss that stands; something is lost."""
    losses = advance.entries.filter(kind=EntryKind.WRITE_OFF, reversed_by=None)
    return losses.earliest("value_on").value_on


def _least(advance: Advance, *accounts: str, since: date | None, side: int = 1) -> int:
    """The balance of accounts for an advance; the least of a day, from one on.

    What leaves on that day within it leaves no later day below zero. `side` is below zero for what
    is owed to the company.
    """
    moved = Posting.objects.filter(entry__advance=advance, account__in=accounts).order_by()
    if since is None:
        return side * moved.aggregate(sum=Sum("amount", default=0))["sum"]
    until = moved.filter(entry__value_on__lte=since).aggregate(sum=Sum("amount", default=0))
    later = moved.filter(entry__value_on__gt=since).order_by("entry__value_on")
    by_day = later.values_list("entry__value_on").annotate(sum=Sum("amount"))
    cents = (side * sum_ for _, sum_ in by_day)
    return min(accumulate(cents, initial=side * until["sum"]))
