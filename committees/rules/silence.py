"""Who attends from afar and is not heard from any more (voting.md 5.3, drop of visio)."""

from datetime import datetime, timedelta

SILENCE = timedelta(minutes=6)
"""Five minutes without a sign, and the minute that passes between two signs of a page."""


def silent_since(
    sign: datetime | None,
    *,
    arrived_at: datetime,
    confirmed_at: datetime | None = None,
    at: datetime,
) -> datetime | None:
    """The last that is known of somebody silent for too long; None for whoever is there.

    Whoever has given no sign since they arrived does not follow by the page: nothing is known of
    them, and nothing is said.
    """
    if sign is None or sign < arrived_at:
        return None
    last = max(sign, confirmed_at or sign)
    return last if at - last > SILENCE else None
