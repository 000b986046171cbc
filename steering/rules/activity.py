"""Activity and cadence of the approval committee: K1 to K5."""

from collections.abc import Iterable
from itertools import pairwise

from steering.rules.facts import Deliberation, Outcome, Period, Sitting
from steering.rules.measures import Ratio


def meetings_held(sittings: Iterable[Sitting], period: Period) -> int:
    """K1: meetings held with at least one ballot closed."""
    return sum(sitting.has_deliberated and sitting.on in period for sitting in sittings)


def longest_gap(sittings: Iterable[Sitting], period: Period) -> int | None:
    """K2: most days between two meetings, the days since the last one included."""
    days = sorted(s.on for s in sittings if s.has_deliberated and s.on in period)
    if not days:
        return None
    return max((after - before).days for before, after in pairwise([*days, period.last]))


def examined(deliberations: Iterable[Deliberation], period: Period) -> int:
    """K3: distinct projects put to a deliberation at least once (R66)."""
    return len({one.project for one in deliberations if one.on in period})


def approved(outcomes: Iterable[Outcome], period: Period) -> int:
    """K4: distinct projects proclaimed approved, with or without conditions (R67)."""
    return len({one.project for one in outcomes if one.is_approval and one.on in period})


def approval_rate(outcomes: Iterable[Outcome], period: Period) -> Ratio:
    """K5: projects approved out of those with a final decision; what is put off is left out."""
    final = [one for one in outcomes if one.is_final and one.on in period]
    decided = {one.project for one in final}
    return Ratio(approved(final, period), len(decided), len(decided))


def companies(outcomes: Iterable[Outcome], period: Period) -> int:
    """Distinct companies with a project approved: the « 94 entreprises » of Savoie (R86)."""
    return len({one.company for one in outcomes if one.is_approval and one.on in period})


def granted(outcomes: Iterable[Outcome], period: Period) -> tuple[int, int, int]:
    """K35: advances granted by the committee, as their sum, their number and their median.

    The median of an even number is the mean of the two in the middle, rounded down to the cent.
    """
    amounts = sorted(one.amount for one in outcomes if one.amount and one.on in period)
    count = len(amounts)
    median = (amounts[(count - 1) // 2] + amounts[count // 2]) // 2 if amounts else 0
    return sum(amounts), count, median
