"""How far the days of an agreement may be: beyond, their year is mistyped (R7, R59, R68)."""

from datetime import date

from alize.common.dates import add_months
from conventions.rules.partnership import YEARS, term

EFFECT_MONTHS = 12
"""How far an effect is set ahead, or behind: an agreement is prepared for the year that comes."""
SUPPORT_MONTHS = 24
"""The longest support, and the most that an amendment adds to one (R68)."""


def earliest_effect(*, on: date) -> date:
    """The first day that a convention prepared on a day may take effect."""
    return add_months(on, -EFFECT_MONTHS)


def latest_effect(*, on: date, after: date | None = None) -> date:
    """The last one; a renewal's is counted from the term that it comes `after`, when later."""
    return add_months(max(on, after or on), EFFECT_MONTHS)


def is_over(starts_on: date, *, on: date) -> bool:
    """Whether the three years that begin on a day have passed."""
    return term(starts_on) < on


def latest_payment(starts_on: date) -> date:
    """The last day on which the advance of a convention is expected to be paid."""
    return add_months(starts_on, EFFECT_MONTHS)


def latest_term(ends_on: date) -> date:
    """The last day to which an amendment carries a partnership: three years more (R7, R59)."""
    return add_months(ends_on, 12 * YEARS)


def latest_support(ends_on: date) -> date:
    """The last day to which an amendment carries a support (R68)."""
    return add_months(ends_on, SUPPORT_MONTHS)
