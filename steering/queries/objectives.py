"""The objectives of a convention beside the figures of its years, from one reading (P6)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from conventions.models import PartnershipConvention
from steering.queries.figures import Figures, figures_over
from steering.queries.records import read
from steering.rules import objectives
from steering.rules.facts import Period
from steering.rules.objectives import Objective


@dataclass(frozen=True)
class Results:
    """Objectifs et résultats of a convention at the end of a day."""

    as_of: date
    years: tuple[int, ...]
    objectives: tuple[Objective, ...]
    gone: Fraction
    """The part of the convention that is over."""


def results_of(convention: PartnershipConvention, *, on: date) -> Results | None:
    """Each objective with its own figure, since the first day; nothing before it."""
    if on < convention.starts_on:
        return None
    as_of = min(on, convention.ends_on)
    known = read(as_of)
    years = tuple(range(convention.starts_on.year, as_of.year + 1))
    whole = figures_over(Period(convention.starts_on, as_of), records=known)
    each = [figures_over(_part(convention, year, as_of), records=known) for year in years]
    return Results(
        as_of=as_of,
        years=years,
        objectives=_objectives(convention, whole, each),
        gone=objectives.elapsed(
            starts_on=convention.starts_on, ends_on=convention.ends_on, on=as_of
        ),
    )


def _part(convention: PartnershipConvention, year: int, as_of: date) -> Period:
    """A calendar year, within the convention: they add up to what it reached (kpis.md 7.0)."""
    first = max(date(year, 1, 1), convention.starts_on)
    return Period(first, min(date(year, 12, 31), as_of))


def _objectives(
    convention: PartnershipConvention, whole: Figures, each: list[Figures]
) -> tuple[Objective, ...]:
    jobs = convention.jobs_target * 10
    seen = whole.jobs_created
    return (
        Objective(
            "Emplois prévus",
            jobs,
            whole.jobs_planned_tenths,
            tuple(one.jobs_planned_tenths for one in each),
        ),
        Objective(
            "Emplois constatés",
            jobs,
            seen.total,
            tuple(one.jobs_created.total for one in each),
            unknown=seen.among - seen.known,
        ),
        Objective(
            "Dossiers agréés",
            convention.projects_target * 10,
            whole.projects_approved * 10,
            tuple(one.projects_approved * 10 for one in each),
        ),
        Objective(
            "Séances tenues",
            convention.meetings_target * 10,
            whole.meetings * 10,
            tuple(one.meetings * 10 for one in each),
        ),
    )
