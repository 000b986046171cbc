"""Reads the rows of `public`, never a basin: five queries whatever the number of basins."""

from dataclasses import dataclass, replace
from datetime import date
from typing import cast

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from basins.enums import BasinStatus
from basins.models import Basin
from basins.queries import basins_of, operated
from network import rules
from network.models import BasinState, BasinYear
from network.rules import Concern, Reason, Situation
from steering.rules.measures import Ratio

LIVING = (BasinStatus.CANDIDATE, BasinStatus.VALIDATED, BasinStatus.INSTALLED)
SUMMED = (
    "meetings",
    "projects_examined",
    "projects_approved",
    "projects_decided",
    "advances_granted",
    "advances_lent",
    "jobs_planned_tenths",
    "jobs_created_tenths",
    "days_contracted_tenths",
    "days_done_tenths",
)


@dataclass(frozen=True)
class BasinLine:
    """One basin: its state, its year, the year before, why to look at it."""

    basin: Basin
    state: BasinState
    year: BasinYear
    before: BasinYear
    concerns: list[Concern]
    is_asleep: bool
    may_enter: bool
    """Whether the reader holds a role there."""

    @property
    def url(self) -> str:
        """The home of the basin; empty for who may not enter it."""
        return basin_reverse("basin_home", basin=self.basin) if self.may_enter else ""

    @property
    def is_stale(self) -> bool:
        """Whether its figures are too old to enter a ratio of the network (journeys.md A2)."""
        return any(concern.reason == Reason.STALE for concern in self.concerns)

    @property
    def approval(self) -> Ratio:
        """K5 of the year."""
        return Ratio(
            self.year.projects_approved, self.year.projects_decided, self.year.projects_decided
        )

    @property
    def loss(self) -> Ratio:
        """K38 since the origin."""
        return Ratio(self.state.lost, self.state.lent, self.year.projects_approved)


@dataclass(frozen=True)
class Totals:
    """National sums: a national ratio is the sum above over the sum below (kpis.md 7.0).

    A basin whose figures are stale is in the sums, and in no ratio (journeys.md A2).
    """

    year: BasinYear
    before: BasinYear
    outstanding: int
    arrears: int
    loss: Ratio
    approval: Ratio
    turnover_before: int
    turnover_after: int


@dataclass(frozen=True)
class Network:
    """Le réseau on a day."""

    on: date
    year: int
    lines: list[BasinLine]
    coming: list[Basin]
    """Basins that are not installed yet."""
    as_of: date | None
    """The day of the oldest figures among the basins."""

    def of(self, lines: list[BasinLine]) -> "Network":
        """The same network, some of its basins only."""
        return replace(self, lines=lines)

    @property
    def totals(self) -> Totals:
        """Everything added up."""
        year = _sum([line.year for line in self.lines])
        states = [line.state for line in self.lines]
        fresh = [line for line in self.lines if not line.is_stale]
        counted, lenders = _sum([line.year for line in fresh]), [line.state for line in fresh]
        return Totals(
            year=year,
            before=_sum([line.before for line in self.lines]),
            outstanding=sum(state.outstanding for state in states),
            arrears=sum(state.arrears for state in states),
            loss=Ratio(
                sum(state.lost for state in lenders),
                sum(state.lent for state in lenders),
                len(lenders),
            ),
            approval=Ratio(
                counted.projects_approved, counted.projects_decided, counted.projects_decided
            ),
            turnover_before=sum(state.turnover_before for state in states),
            turnover_after=sum(state.turnover_after for state in states),
        )


def _sum(years: list[BasinYear]) -> BasinYear:
    return BasinYear(**{name: sum(getattr(year, name) for year in years) for name in SUMMED})


def network(*, year: int, on: date, reader: Person) -> Network:
    """The whole network as somebody reads it, from the rows of `public`."""
    basins = list(Basin.objects.filter(status__in=LIVING))
    states = {
        state.basin_id: state for state in BasinState.objects.filter(basin__status="INSTALLED")
    }
    years = {
        (row.basin_id, row.year): row for row in BasinYear.objects.filter(year__in=[year - 1, year])
    }
    entered = set(basins_of(reader, on=on).values_list("pk", flat=True))
    with_operator = operated(on=on)
    lines = [
        _line(
            basin,
            states[basin.pk],
            years,
            year=year,
            on=on,
            may_enter=basin.pk in entered,
            has_operator=basin.pk in with_operator,
        )
        for basin in basins
        if basin.pk in states
    ]
    return Network(
        on=on,
        year=year,
        lines=lines,
        coming=[basin for basin in basins if basin.status != BasinStatus.INSTALLED],
        as_of=min((line.state.as_of for line in lines), default=None),
    )


def _line(
    basin: Basin,
    state: BasinState,
    years: dict[tuple[int, int], BasinYear],
    *,
    year: int,
    on: date,
    may_enter: bool,
    has_operator: bool,
) -> BasinLine:
    heard_on = rules.heard(
        met_on=state.last_meeting_on, installed_on=cast("date", basin.installed_on)
    )
    situation = Situation(
        as_of=state.as_of,
        heard_on=heard_on,
        has_operator=has_operator,
        reviews_late=state.reviews_late,
        reviews_late_since=state.reviews_late_since,
        convention_ends_on=state.convention_ends_on,
        companies=state.companies,
        late_loans=state.late_loans,
        arrears_since=state.arrears_since,
        contested=state.contested,
        contested_since=state.contested_since,
    )
    return BasinLine(
        may_enter=may_enter,
        basin=basin,
        state=state,
        year=years.get((basin.pk, year)) or BasinYear(basin=basin, year=year),
        before=years.get((basin.pk, year - 1)) or BasinYear(basin=basin, year=year - 1),
        concerns=rules.concerns(situation, on=on),
        is_asleep=rules.is_silent(heard_on, months=rules.ASLEEP_MONTHS, on=on),
    )


def years_known(*, on: date) -> list[int]:
    """The years the network has figures of, the latest first; this one always."""
    known = set(BasinYear.objects.order_by().values_list("year", flat=True).distinct())
    return sorted(known | {on.year}, reverse=True)
