"""The figures of a basin for a year, since its origin, and its state on a day."""

from dataclasses import dataclass
from datetime import date

from alize.common.dates import add_months
from steering.queries.records import Records, read
from steering.rules import activity, employment, follow_up, fund
from steering.rules.facts import Period
from steering.rules.fund import FundState
from steering.rules.measures import Growth, Ratio, Seen


@dataclass(frozen=True)
class Figures:
    """Chiffres d'une période : jobs and days in tenths, amounts in cents, ratios with their n.

    What speaks of jobs, days and turnover follows the cohort of the period: the projects first
    approved in it, whatever the day of the observation up to `as_of`.
    """

    first: date
    last: date
    as_of: date
    meetings: int
    projects_examined: int
    projects_approved: int
    approval: Ratio
    companies: int
    """Distinct companies with a project approved in the period."""
    advances_granted: int
    advances_count: int
    advances_median: int
    advances_lent: int
    jobs_planned_tenths: int
    jobs_created: Seen
    jobs_retained: Seen
    jobs_realised: Ratio
    projects_realised: Ratio
    days: Ratio
    points: Ratio
    turnover: Growth

    @property
    def jobs_created_tenths(self) -> int:
        """K13: the sum of the last known values, what is unknown left out."""
        return self.jobs_created.total

    @property
    def days_contracted_tenths(self) -> int:
        """Days of skills contracted for the cohort."""
        return self.days.denominator

    @property
    def days_done_tenths(self) -> int:
        """Days of skills done so far for the cohort."""
        return self.days.numerator


@dataclass(frozen=True)
class State:
    """Situation du bassin at the end of a day."""

    as_of: date
    projects_open: int
    """Files between the first contact and the decision."""
    projects_supported: int
    follow_up: Ratio
    """K28."""
    reviews_late: int
    reviews_late_since: date | None
    fund: FundState
    arrears_since: date | None
    last_meeting_on: date | None
    longest_gap: int | None
    """K2, over the last twelve months."""


def basin_figures(*, year: int | None, as_of: date, records: Records | None = None) -> Figures:
    """The figures of a calendar year, or since the origin when there is no year.

    Only what was true and known at the end of `as_of` counts: meetings held, decisions proclaimed,
    reviews submitted, entries by value date, accounts of years that are over.
    """
    known = records or read(as_of)
    period = Period.until(as_of) if year is None else Period.of_year(year, as_of=as_of)
    return figures_over(period, records=known)


def figures_over(period: Period, *, records: Records) -> Figures:
    """The figures of any period, observed on the day of the records."""
    known, as_of = records, records.as_of
    cohort = known.cohort(period)
    granted, count, median = activity.granted(known.outcomes, period)
    return Figures(
        first=period.first,
        last=period.last,
        as_of=as_of,
        meetings=activity.meetings_held(known.sittings, period),
        projects_examined=activity.examined(known.deliberations, period),
        projects_approved=activity.approved(known.outcomes, period),
        approval=activity.approval_rate(known.outcomes, period),
        companies=activity.companies(known.outcomes, period),
        advances_granted=granted,
        advances_count=count,
        advances_median=median,
        advances_lent=sum(amount for on, amount in known.lent_on if on in period),
        jobs_planned_tenths=employment.jobs_planned(cohort),
        jobs_created=employment.jobs_created(cohort, as_of=as_of),
        jobs_retained=employment.jobs_retained(cohort, as_of=as_of),
        jobs_realised=employment.jobs_realised(cohort, as_of=as_of),
        projects_realised=employment.projects_realised(cohort, as_of=as_of),
        days=employment.days_done(cohort, as_of=as_of),
        points=follow_up.points_on_time(known.points, period),
        turnover=employment.turnover_growth(cohort, known.turnovers, as_of=as_of),
    )


def since_origin(as_of: date, *, records: Records | None = None) -> Figures:
    """The figures from the first day of the basin to the end of a day.

    In Savoie on 15 May 2018: 94 `companies` (distinct beneficiaries approved), 303 jobs
    (`jobs_created`), `turnover` + 46 % three years after the year of the first approval.
    """
    return basin_figures(year=None, as_of=as_of, records=records)


def years_of(records: Records) -> list[int]:
    """Every year in which something happened, in order, without a hole."""
    days = [
        *(sitting.on for sitting in records.sittings),
        *(outcome.on for outcome in records.outcomes),
        *(on for on, _ in records.lent_on),
    ]
    return list(range(min(days).year, records.as_of.year + 1)) if days else []


def by_year(records: Records) -> dict[int, Figures]:
    """The figures of each year, from one reading."""
    return {
        year: basin_figures(year=year, as_of=records.as_of, records=records)
        for year in years_of(records)
    }


def state_of(records: Records) -> State:
    """Where the basin stands at the end of the day of the records."""
    as_of = records.as_of
    late = follow_up.late_points(records.points, records.running, as_of=as_of)
    held = [sitting.on for sitting in records.sittings if sitting.has_deliberated]
    twelve_months = Period(add_months(as_of, -12), as_of)
    return State(
        as_of=as_of,
        projects_open=records.open_projects,
        projects_supported=len(records.running),
        follow_up=follow_up.projects_on_time(records.points, records.running, as_of=as_of),
        reviews_late=len(late),
        reviews_late_since=min((point.due_on for point in late), default=None),
        fund=fund.fund_state(records.loans, contributed=records.contributed),
        arrears_since=fund.arrears_since(records.loans, as_of=as_of),
        last_meeting_on=max(held, default=None),
        longest_gap=activity.longest_gap(records.sittings, twelve_months),
    )


def jobs_seen(records: Records) -> dict[int, int]:
    """The last known jobs of each project, in tenths; a project nobody knows of is not there."""
    known = {
        support.project: employment.last_known(support, as_of=records.as_of)
        for support in records.supports
    }
    return {project: seen.jobs_created for project, seen in known.items() if seen}
