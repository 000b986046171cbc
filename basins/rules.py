"""Pure rules of the basins: the departments they may cover, how long a role lasts in one."""

from datetime import date, timedelta

from alize.common.dates import long_date
from basins.enums import Role

DEPARTMENTS = tuple(
    [f"{number:02d}" for number in range(1, 96) if number != 20]
    + ["2A", "2B", "971", "972", "973", "974", "976"]
)
"""The codes of the departments of France, as the map knows them."""
CONTROL_LASTS = timedelta(days=30)
"""Control ends by itself; another invitation renews it (security.md 2.1)."""


def last_day(role: str, starts_on: date) -> date | None:
    """The last day of a role given on a day, None for one that lasts until somebody ends it."""
    return starts_on + CONTROL_LASTS if role == Role.AUDITOR else None


def held_between(
    role: str, *, asked_from: date | None, asked_until: date | None, on: date
) -> tuple[date, date | None]:
    """The first and the last day of a role accepted on a day, as its invitation asked for them."""
    starts_on = max(asked_from or on, on)
    ends = [day for day in (asked_until, last_day(role, starts_on)) if day is not None]
    return starts_on, min(ends, default=None)


def period_in_words(role: str, starts_on: date | None, ends_on: date | None) -> str:
    """Write « du lundi 1er mars 2027 au mardi 30 mars 2027 », or what of it is known."""
    if starts_on and ends_on:
        return f"du {long_date(starts_on)} au {long_date(ends_on)}"
    if ends_on:
        return f"jusqu'au {long_date(ends_on)}"
    words = [f"à partir du {long_date(starts_on)}"] if starts_on else []
    if role == Role.AUDITOR:
        words.append(f"pendant {CONTROL_LASTS.days} jours")
    return ", ".join(words)
