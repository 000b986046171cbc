"""A simulation as it is asked for, and all that its page and its spreadsheet show."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from alize.common import charts
from alize.common.dates import add_months, month_name
from alize.common.money import (
    NO_BREAK_SPACE,
    format_number,
    format_share,
    format_whole_euros,
)
from alize.common.screen import Badge, Definition, Figure
from funds.rules import (
    Chances,
    Cruise,
    Demand,
    Month,
    Policy,
    Start,
    at_cruise,
    chances,
    exhausted,
    lowest,
    minimal_fund,
    months_ahead,
)
from funds.rules.chances import LEVELS, SURE
from funds.rules.simulation import YEAR

SEED = 2017
"""The same address shows the same picture, to everybody."""
FARTHEST = 20
"""Years within which the exhaustion is looked for."""


@dataclass(frozen=True)
class Scenario:
    """What is asked: how the fund lends, from where it starts, how far one looks."""

    policy: Policy
    start: Start
    cruise: Cruise | None
    years: int
    demand: Demand
    on: date


@dataclass(frozen=True)
class Line:
    """One month of the table; amounts in cents."""

    ends_on: date
    paid: int
    due: int
    received: int
    added: int
    cash: int
    low: int
    high: int
    stock: int
    losses: int


@dataclass(frozen=True)
class Simulation:
    """A scenario and what comes of it."""

    scenario: Scenario
    run: tuple[Month, ...]
    dry: Month | None
    odds: Chances
    needed: int

    @property
    def fund(self) -> int:
        """The fund at the start: its cash and what is lent."""
        return self.scenario.start.cash + self.scenario.start.stock

    def end_of(self, month: int) -> date:
        """The last day of a month of the run."""
        return add_months(self.scenario.on, month + 1)

    def lines(self) -> Iterator[Line]:
        """The table, month by month."""
        for month, bands in zip(self.run, self.odds.bands, strict=True):
            low, high = bands[LEVELS.index(80)]
            yield Line(
                self.end_of(month.number),
                month.paid,
                month.due,
                month.received,
                month.added,
                month.cash,
                low,
                high,
                month.stock,
                month.losses,
            )


def simulate(scenario: Scenario) -> Simulation:
    """Run the fund once for sure, then two thousand times at random."""
    months = scenario.years * YEAR
    run = months_ahead(scenario.policy, scenario.start, months=FARTHEST * YEAR)
    policy = scenario.policy
    return Simulation(
        scenario=scenario,
        run=run[:months],
        dry=exhausted(run),
        odds=chances(
            policy,
            scenario.cruise or scenario.start,
            months=months,
            seed=SEED,
            demand=scenario.demand,
        ),
        needed=minimal_fund(
            yearly_advances=policy.yearly_advances,
            grace_months=policy.grace_months,
            lines=policy.lines,
            step_months=policy.step_months,
            loss_rate=policy.loss_rate,
            horizon_years=scenario.years,
            meetings_per_year=policy.meetings_per_year,
        ),
    )


def from_cruise(policy: Policy, fund: int) -> tuple[Start, Cruise]:
    """The start of a fund of that size which has always lent at this pace."""
    return at_cruise(policy, fund=fund), Cruise(fund)


def _month_of(day: date) -> str:
    return f"{month_name(day.month)} {day.year}"


def figures(simulation: Simulation) -> list[Figure]:
    """Lowest point, minimal fund, exhaustion, files that would wait."""
    low, odds = lowest(simulation.run), simulation.odds
    short = simulation.needed - simulation.fund
    dry = simulation.dry
    return [
        Figure(
            "Point le plus bas",
            format_whole_euros(low.cash),
            reference=f"en {_month_of(simulation.end_of(low.number))}",
            badge=Badge("Sous zéro", "late") if low.cash < 0 else None,
        ),
        Figure(
            "Fonds minimal",
            format_whole_euros(simulation.needed),
            reference=f"le fonds en a {format_whole_euros(simulation.fund)}",
            badge=Badge(f"Manque {format_whole_euros(short)}", "attention") if short > 0 else None,
        ),
        Figure(
            "Épuisement",
            _month_of(simulation.end_of(dry.number)).capitalize() if dry else "Jamais",
            reference="si rien ne change" if dry else f"pas en {FARTHEST} ans, si rien ne change",
            badge=Badge("Dans l'horizon", "late")
            if dry and dry.number < len(simulation.run)
            else None,
        ),
        Figure(
            "Dossiers qui attendraient",
            f"{format_number(odds.waiting_share)}{NO_BREAK_SPACE}%",
            reference=f"{format_number(odds.mean_wait)} mois en moyenne"
            if odds.waiting
            else "aucun",
        ),
    ]


def facts(simulation: Simulation) -> list[Definition]:
    """What the runs and the formula say besides."""
    policy, start = simulation.scenario.policy, simulation.scenario.start
    covering = format_whole_euros(int(policy.yearly_advances * policy.loss_rate))
    yearly_loss = format_share(int(policy.loss_rate * 10_000))
    return [
        Definition("Trésorerie au départ", format_whole_euros(start.cash), number=True),
        Definition("Encours au départ", format_whole_euros(start.stock), number=True),
        Definition(
            "Accordé, à verser le premier mois",
            format_whole_euros(start.to_pay),
            number=True,
        ),
        *(
            Definition(
                f"Fonds pour que personne n'attende, {level} fois sur 100",
                format_whole_euros(fund),
                number=True,
            )
            for level, fund in zip(SURE, simulation.odds.needed, strict=True)
        ),
        Definition(
            "Apport annuel qui couvre les pertes",
            f"{covering} ({yearly_loss} des avances)",
            number=True,
        ),
    ]


def picture(simulation: Simulation) -> charts.Curve:
    """The cash month by month with its bands, its lowest point and its exhaustion."""
    scenario = simulation.scenario
    points = [charts.Point(scenario.on, scenario.start.cash)]
    points += [
        charts.Point(simulation.end_of(month.number), month.cash, bands)
        for month, bands in zip(simulation.run, simulation.odds.bands, strict=True)
    ]
    dry = simulation.dry
    within = dry is not None and dry.number < len(simulation.run)
    dry_on = simulation.end_of(dry.number) if within else None
    return charts.curve(
        points,
        title="Trésorerie du fonds, mois par mois",
        as_of=scenario.on,
        band_labels=[f"{level}{NO_BREAK_SPACE}%" for level in LEVELS],
        marks_lowest=True,
        stop=(dry_on, f"à sec en {_month_of(dry_on)}") if dry_on else None,
    )
