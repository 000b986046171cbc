"""What deserves the attention of the network, and since when: pure (journeys.md A1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from alize.common.dates import add_months
from partners.rules import FEWEST_COMPANIES

SILENT_MONTHS = 5
ASLEEP_MONTHS = 6
CONVENTION_MONTHS = 9
STALE = timedelta(days=60)
"""A basin whose figures are older is flagged (journeys.md A2)."""


class Reason(StrEnum):
    """Motif d'attention."""

    CONTESTED = "CONTESTED"
    NO_OPERATOR = "NO_OPERATOR"
    EXPIRED = "EXPIRED"
    ARREARS = "ARREARS"
    FOLLOW_UP = "FOLLOW_UP"
    NO_MEETING = "NO_MEETING"
    FEW_COMPANIES = "FEW_COMPANIES"
    CONVENTION = "CONVENTION"
    STALE = "STALE"


@dataclass(frozen=True, slots=True)
class Situation:
    """What the network knows of a basin on a day."""

    as_of: date
    heard_on: date
    """Its latest meeting, or its installation."""
    has_operator: bool
    reviews_late: int
    reviews_late_since: date | None
    convention_ends_on: date | None
    companies: int
    late_loans: int
    arrears_since: date | None
    contested: int
    """Sealed signatures that their signers contest, and that wait for ASTREES."""
    contested_since: date | None


@dataclass(frozen=True, slots=True)
class Concern:
    """One reason, since a day when it is known; `until` is a term to come."""

    reason: Reason
    since: date | None = None
    until: date | None = None
    count: int = 0


def concerns(situation: Situation, *, on: date) -> list[Concern]:
    """Every reason to look at a basin, the most pressing first."""
    found = []
    if situation.contested:
        found.append(
            Concern(Reason.CONTESTED, since=situation.contested_since, count=situation.contested)
        )
    if not situation.has_operator:
        found.append(Concern(Reason.NO_OPERATOR))
    ends_on = situation.convention_ends_on
    if ends_on is not None and ends_on < on:
        found.append(Concern(Reason.EXPIRED, since=ends_on))
    if situation.late_loans:
        found.append(
            Concern(Reason.ARREARS, since=situation.arrears_since, count=situation.late_loans)
        )
    if situation.reviews_late:
        found.append(
            Concern(
                Reason.FOLLOW_UP,
                since=situation.reviews_late_since,
                count=situation.reviews_late,
            )
        )
    if is_silent(situation.heard_on, months=SILENT_MONTHS, on=on):
        found.append(Concern(Reason.NO_MEETING, since=situation.heard_on))
    if ends_on is not None and situation.companies < FEWEST_COMPANIES:
        found.append(Concern(Reason.FEW_COMPANIES, count=situation.companies))
    if ends_on is not None and on <= ends_on < add_months(on, CONVENTION_MONTHS):
        found.append(Concern(Reason.CONVENTION, until=ends_on))
    if situation.as_of < on - STALE:
        found.append(Concern(Reason.STALE, since=situation.as_of))
    return found


def heard(*, met_on: date | None, installed_on: date) -> date:
    """The day from which silence counts: the latest meeting, the installation when it is later."""
    return max(met_on or installed_on, installed_on)


def is_silent(heard_on: date, *, months: int, on: date) -> bool:
    """Whether nothing was held for more than so many months (K55)."""
    return add_months(heard_on, months) < on


def pressing(found: Iterable[tuple[str, Concern]]) -> list[tuple[str, Concern]]:
    """Sort by reason, then by age, then by name."""
    ranks = {reason: rank for rank, reason in enumerate(Reason)}
    return sorted(
        found,
        key=lambda one: (ranks[one[1].reason], one[1].since or one[1].until or date.max, one[0]),
    )
