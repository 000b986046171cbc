"""Work that does not succeed, for those who can do something about it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Min, QuerySet, When

from alize.outbox import handlers
from alize.outbox.models import Entry

STUCK_AFTER = 8
"""Tries, over about an hour, after which work that still fails is shown to ASTREES."""


def due_entries(*, at: datetime) -> QuerySet[Entry]:
    """Work whose time has come, oldest first; what nobody waits for comes after all the rest."""
    heavy = [kind for kind, found in handlers.HANDLERS.items() if found.queue == handlers.HEAVY]
    due = Entry.objects.filter(done_at=None, due_at__lte=at)
    return due.order_by(Case(When(kind__in=heavy, then=1), default=0), "pk")


@dataclass(frozen=True)
class Stuck:
    """The works of one schema that keep failing, and since when the first of them waits."""

    schema: str
    count: int
    since: datetime


def stuck_entries() -> QuerySet[Entry]:
    """Work that keeps failing; in `public`, that of every basin."""
    return Entry.objects.filter(done_at=None, attempts__gte=STUCK_AFTER)


def stuck_work() -> list[Stuck]:
    """Where work keeps failing, schema by schema."""
    found = stuck_entries().values("schema").annotate(count=Count("pk"), since=Min("created_at"))
    return [Stuck(**one) for one in found.order_by("schema")]
