"""The agreement of all partners on the operator's allowance: for which year, of whom (R77)."""

from datetime import date

AGREED_YEARS = 3
"""Years ahead that an agreement may be given for: a convention is signed for three (R7, R59)."""


def may_be_agreed(year: int, *, agreed_on: date) -> bool:
    """Whether an agreement given on a day may be that of a civil year."""
    return agreed_on.year <= year <= agreed_on.year + AGREED_YEARS


def days_of_agreement(year: int, *, agreed_on: date, today: date) -> tuple[date, date]:
    """The first and last day of the year whose partners all agree.

    From the agreement on, as far as the year is known: who left before is no partner any more.
    """
    first = max(agreed_on, date(year, 1, 1))
    return first, max(first, min(today, date(year, 12, 31)))
