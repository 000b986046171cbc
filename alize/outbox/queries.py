"""Work that does not succeed, for those who can do something about it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, QuerySet

from alize.outbox.models import Entry

STUCK_AFTER = 8
"""Tries, over about an hour, after which work that still fails is shown to ASTREES."""


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
