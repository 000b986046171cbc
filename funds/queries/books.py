"""The book of an advance: its events and its plans, read for any number of advances at once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from funds.models import Advance, Movement, ScheduleLine
from funds.models import ScheduleVersion as StoredVersion
from funds.rules import (
    Event,
    EventKind,
    Installment,
    Position,
    ScheduleVersion,
    position,
)


@dataclass(frozen=True)
class Book:
    """All that was recorded on one advance, in the terms of the rules."""

    events: tuple[Event, ...]
    versions: tuple[ScheduleVersion, ...]

    def position(self, on: date) -> Position:
        """Where the advance stands at the end of a day."""
        return position(events=self.events, versions=self.versions, as_of=on)

    def plan_on(self, on: date) -> ScheduleVersion | None:
        """The plan in force on a day, or the first one to come."""
        known = [version for version in self.versions if version.effective_on <= on]
        return max(known or self.versions[:1], key=lambda version: version.no, default=None)


def books_of(advances: Iterable[Advance]) -> dict[int, Book]:
    """The books of these advances, by id, in three queries."""
    ids = [advance.pk for advance in advances]
    events = defaultdict[int, list[Event]](list)
    for advance_id, no, value_on, kind, amount in (
        Movement.objects.filter(advance__in=ids)
        .order_by("advance_id", "no")
        .values_list("advance_id", "no", "value_on", "kind", "amount")
    ):
        events[advance_id].append(Event(no, value_on, EventKind(kind), amount))
    lines = defaultdict[int, list[Installment]](list)
    for version_id, rank, due_on, amount in (
        ScheduleLine.objects.filter(version__advance__in=ids)
        .order_by("version_id", "rank")
        .values_list("version_id", "rank", "due_on", "amount")
    ):
        lines[version_id].append(Installment(rank, due_on, amount))
    versions = defaultdict[int, list[ScheduleVersion]](list)
    for version_id, advance_id, no, effective_on, opening_no, reason in (
        StoredVersion.objects.filter(advance__in=ids)
        .order_by("advance_id", "no")
        .values_list("pk", "advance_id", "no", "effective_on", "opening_no", "reason")
    ):
        versions[advance_id].append(
            ScheduleVersion(no, effective_on, opening_no, reason, tuple(lines[version_id]))
        )
    return {pk: Book(tuple(events[pk]), tuple(versions[pk])) for pk in ids}


def standings_of(advances: Iterable[Advance], *, on: date) -> dict[int, Position]:
    """Where these advances stand at the end of a day, by id."""
    return {pk: book.position(on) for pk, book in books_of(advances).items()}


def book_of(advance: Advance) -> Book:
    """The book of one advance."""
    return books_of([advance])[advance.pk]


def left_to_pay(advance: Advance) -> int:
    """What was granted and neither lent nor waiting to be released."""
    lent = advance.movements.filter(kind=EventKind.DISBURSEMENT).aggregate(sum=Sum("amount"))
    waiting = advance.payment_orders.filter(status="PREPARED").aggregate(sum=Sum("amount"))
    return advance.granted_amount - (lent["sum"] or 0) - (waiting["sum"] or 0)
