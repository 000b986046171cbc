"""What the indicators are computed from: bare facts with their dates (kpis.md 7.0).

Amounts are integer cents; jobs and days are tenths, of a full-time equivalent and of a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Période : from one day to another, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @classmethod
    def of_year(cls, year: int, *, as_of: date) -> "Period":
        """A calendar year, as far as it had gone."""
        return cls(date(year, 1, 1), min(date(year, 12, 31), as_of))

    @classmethod
    def until(cls, as_of: date) -> "Period":
        """Everything since the origin."""
        return cls(date.min, as_of)


@dataclass(frozen=True, slots=True)
class Sitting:
    """Séance tenue, and whether at least one ballot was closed in it."""

    on: date
    has_deliberated: bool


@dataclass(frozen=True, slots=True)
class Deliberation:
    """Délibération : a ballot closed on a project."""

    project: int
    on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """Décision proclamée ; `is_final` leaves out what was put off."""

    project: int
    company: int
    on: date
    is_approval: bool
    is_final: bool
    amount: int


@dataclass(frozen=True, slots=True)
class Observation:
    """Constat : what a follow-up review saw on a day, counted since the approval."""

    on: date
    jobs_created: int
    jobs_retained: int | None = None
    days_done: int | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """Accompagnement : an approved project, what it promised and what was seen of it."""

    project: int
    company: int
    approved_on: date
    jobs_planned: int
    days_contracted: int
    closed_on: date | None = None
    observations: Sequence[Observation] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """Point de suivi, the day it was expected, the day it came, the day its project stopped."""

    project: int
    due_on: date
    returned_on: date | None
    stopped_on: date | None = None


@dataclass(frozen=True, slots=True)
class Loan:
    """Situation d'une avance at the end of a day."""

    disbursed: int
    repaid: int
    outstanding: int
    arrears: int
    days_late: int
    written_off: int
    recovered: int
