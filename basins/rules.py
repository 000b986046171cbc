"""How long a role lasts: pure."""

from datetime import date, timedelta

from basins.enums import Role

CONTROL_LASTS = timedelta(days=30)
"""Control ends by itself; another invitation renews it (security.md 2.1)."""


def last_day(role: str, starts_on: date) -> date | None:
    """The last day of a role given on a day, None for one that lasts until somebody ends it."""
    return starts_on + CONTROL_LASTS if role == Role.AUDITOR else None
