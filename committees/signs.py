"""The last sign of life of whoever follows a meeting by its page, in the cache alone.

Nothing depends on it for a guarantee: without a sign nobody is said to be silent, and what is done
about a silence is decided by whoever leads the meeting.
"""

from datetime import UTC, datetime, timedelta

from django.core.cache import cache

KEPT_FOR = timedelta(hours=12)


def note(person_id: int, *, at: datetime) -> None:
    """Note that the page of somebody is heard from."""
    cache.set(_key(person_id), at.timestamp(), KEPT_FOR.total_seconds())


def last(person_id: int) -> datetime | None:
    """When somebody's page was last heard from, as far as is known."""
    noted = cache.get(_key(person_id))
    return None if noted is None else datetime.fromtimestamp(noted, UTC)


def _key(person_id: int) -> str:
    return f"sign:{person_id}"
