"""How long a partnership convention lasts, and where it stands on a day (R7, R57, M23)."""

from datetime import date
from enum import StrEnum

from alize.common.dates import add_months, last_day

YEARS = 3
"""A convention lasts three years, and its operator convention with it (R7, R59)."""
ALERTS = (12, 9, 6, 3)
"""Months before the term at which the operator and ASTREES are told (M23)."""


def term(starts_on: date) -> date:
    """The last day of three years, and of the operator convention with them (R7, R59)."""
    return last_day(starts_on, 12 * YEARS)


def years_of(starts_on: date) -> tuple[int, ...]:
    """The years whose pledges make the budget: the three that the convention covers the most.

    One that begins after the middle of a year has its last one beyond (R57).
    """
    first = starts_on.year + (starts_on > date(starts_on.year, 7, 1))
    return tuple(first + rank for rank in range(YEARS))


def months_left(ends_on: date, *, on: date) -> int:
    """Whole months from a day to the term."""
    months = (ends_on.year - on.year) * 12 + ends_on.month - on.month
    return months - (ends_on.day < on.day)


def time_left(ends_on: date, *, on: date) -> str:
    """« 5 mois », « moins d'un mois »: the time to a term that is near."""
    months = months_left(ends_on, on=on)
    return f"{months} mois" if months else "moins d'un mois"


def alert_due(ends_on: date, *, on: date) -> int | None:
    """The nearest of 12, 9, 6, 3 months before the term that a day has reached (M23).

    One alone, so that a convention entered late is told of once; none after the term.
    """
    if on > ends_on:
        return None
    reached = [months for months in ALERTS if on >= add_months(ends_on, -months)]
    return min(reached, default=None)


class Standing(StrEnum):
    """Où en est une convention on a day; what depends on the day is never stored."""

    DRAFT = "DRAFT"
    FROZEN = "FROZEN"
    SIGNING = "SIGNING"
    UPCOMING = "UPCOMING"
    IN_FORCE = "IN_FORCE"
    AMENDED = "AMENDED"
    EXPIRED = "EXPIRED"
    RENEWED = "RENEWED"
    CANCELLED = "CANCELLED"


def standing(
    status: str,
    *,
    starts_on: date,
    ends_on: date,
    amended_on: date | None,
    renewed_on: date | None,
    on: date,
) -> Standing:
    """Where a convention stands on a day, from what was done and from its dates.

    `amended_on` is the day when the first signed amendment takes effect, `renewed_on` the day when
    the signed convention that follows does.
    """
    if status != "SIGNED":
        return Standing(status)
    if on < starts_on:
        return Standing.UPCOMING
    if renewed_on is not None and renewed_on <= on:
        return Standing.RENEWED
    if on > ends_on:
        return Standing.EXPIRED
    if amended_on is not None and amended_on <= on:
        return Standing.AMENDED
    return Standing.IN_FORCE
