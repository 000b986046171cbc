"""Employment and effect: K12 to K17, K24 and the days of skills (K31)."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction

from alize.common.dates import add_months
from projects.follow_up.rules import is_still_known
from steering.rules.facts import Observation, Period, Support
from steering.rules.measures import Growth, Ratio, Seen

MATURE_MONTHS = 18
REALISED = Fraction(80, 100)
"""K15: a project came true when it created four fifths of the jobs it planned."""


def cohort(supports: Iterable[Support], period: Period) -> list[Support]:
    """Cohorte : the projects first approved in a period."""
    return [support for support in supports if support.approved_on in period]


def jobs_planned(supports: Iterable[Support]) -> int:
    """K12: jobs to create, as promised at the decision."""
    return sum(support.jobs_planned for support in supports)


def last_known(support: Support, *, as_of: date) -> Observation | None:
    """The last observation, carried twelve months at most, then unknown: never zero.

    Closing stops the clock: what was known on the day a project is closed stays known.
    """
    seen = [one for one in support.observations if one.on <= as_of]
    if not seen:
        return None
    last = max(seen, key=lambda one: one.on)
    known = is_still_known(last.on, closed_on=support.closed_on, as_of=as_of)
    return last if known else None


def jobs_created(supports: Iterable[Support], *, as_of: date) -> Seen:
    """K13: jobs seen as created, last known value of each project."""
    among = list(supports)
    known = [seen for support in among if (seen := last_known(support, as_of=as_of))]
    return Seen(sum(one.jobs_created for one in known), len(known), len(among))


def jobs_retained(supports: Iterable[Support], *, as_of: date) -> Seen:
    """K16: jobs retained, never added to those created."""
    among = list(supports)
    known = [
        seen.jobs_retained
        for support in among
        if (seen := last_known(support, as_of=as_of)) and seen.jobs_retained is not None
    ]
    return Seen(sum(known), len(known), len(among))


def _mature(supports: Iterable[Support], as_of: date) -> list[tuple[int, int]]:
    """Planned and created of the projects old enough: the same ones above and below."""
    return [
        (support.jobs_planned, seen.jobs_created)
        for support in supports
        if support.jobs_planned
        and add_months(support.approved_on, MATURE_MONTHS) <= as_of
        and (seen := last_known(support, as_of=as_of))
    ]


def jobs_realised(supports: Iterable[Support], *, as_of: date) -> Ratio:
    """K14: jobs created out of jobs planned, projects approved eighteen months ago or more."""
    pairs = _mature(supports, as_of)
    return Ratio(
        sum(created for _, created in pairs), sum(planned for planned, _ in pairs), len(pairs)
    )


def projects_realised(supports: Iterable[Support], *, as_of: date) -> Ratio:
    """K15: projects that created at least 80 % of what they planned (R85)."""
    pairs = _mature(supports, as_of)
    realised = sum(created >= REALISED * planned for planned, created in pairs)
    return Ratio(realised, len(pairs), len(pairs))


def days_done(supports: Iterable[Support], *, as_of: date) -> Ratio:
    """K31: days of skills done out of those contracted; a day once done stays done."""
    among = list(supports)
    done = 0
    for support in among:
        seen = [
            one for one in support.observations if one.on <= as_of and one.days_done is not None
        ]
        if seen:
            done += max(seen, key=lambda one: one.on).days_done or 0
    return Ratio(done, sum(support.days_contracted for support in among), len(among))


def turnover_growth(
    supports: Iterable[Support], turnovers: Mapping[tuple[int, int], int], *, as_of: date
) -> Growth:
    """K24: Σ CA(n+3) / Σ CA(n) − 1, n the year of a company's first approval.

    Only companies with both years, the later one over on that day.
    """
    first: dict[int, int] = {}
    for support in supports:
        year = support.approved_on.year
        first[support.company] = min(first.get(support.company, year), year)
    both = [
        (turnovers[company, year], turnovers[company, year + 3])
        for company, year in first.items()
        if (company, year) in turnovers
        and (company, year + 3) in turnovers
        and date(year + 4, 1, 1) - timedelta(days=1) <= as_of
    ]
    return Growth(sum(before for before, _ in both), sum(after for _, after in both), len(both))
