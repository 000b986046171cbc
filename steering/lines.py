"""The figures of a report as lines: a label, the year, the year before, the reference, the n.

The same lines stand on the preview, in the PDF and in the spreadsheet; they read a frozen snapshot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alize.common.money import NO_BREAK_SPACE, format_euros, format_number, format_tenths
from basins.references import a_year
from steering.rules.references import ON_TIME_PERMILLE
from steering.snapshot import growth, ratio, references_of

Frozen = dict[str, Any]
UNKNOWN = "–"


def permille(value: int | None) -> str:
    """Tenths of a percent as « 66,7 % »."""
    if value is None:
        return UNKNOWN
    return f"{tenths(value)}{NO_BREAK_SPACE}%"


def tenths(value: int | None) -> str:
    """Tenths as « 4,5 », without a useless zero."""
    return UNKNOWN if value is None else format_tenths(value)


def count(value: int | None) -> str:
    return UNKNOWN if value is None else format_number(value)


def euros(value: int | None) -> str:
    return UNKNOWN if value is None else format_euros(value)


@dataclass(frozen=True)
class Unit:
    """How a figure is written; `divisor` turns the number kept into the one people count in."""

    write: Callable[[int | None], str]
    divisor: int
    word: str


COUNT = Unit(count, 1, "")
EUROS = Unit(euros, 100, "€")
JOBS = Unit(tenths, 10, "ETP")
DAYS = Unit(tenths, 10, "jours")
PERCENT = Unit(permille, 1000, "%")


@dataclass(frozen=True)
class Indicator:
    """One figure of a period: where it is in the snapshot, how it is written, its reference."""

    code: str
    label: str
    unit: Unit
    value: Callable[[Frozen], int | None]
    n: Callable[[Frozen], int | None] = lambda figures: None
    reference: str = ""


@dataclass(frozen=True)
class Line:
    """One indicator with its values."""

    indicator: Indicator
    value: int | None
    previous: int | None
    n: int | None
    reference: str

    @property
    def written(self) -> str:
        return self.indicator.unit.write(self.value)

    @property
    def previous_written(self) -> str:
        return self.indicator.unit.write(self.previous)

    @property
    def label(self) -> str:
        return self.indicator.label

    @property
    def unit(self) -> str:
        return "" if self.indicator.unit is PERCENT else self.indicator.unit.word


def _of(name: str) -> Callable[[Frozen], int | None]:
    return lambda figures: figures[name]


def _ratio(name: str) -> Callable[[Frozen], int | None]:
    return lambda figures: ratio(figures[name]).permille


def _n(name: str) -> Callable[[Frozen], int | None]:
    return lambda figures: ratio(figures[name]).n


INDICATORS = (
    Indicator("meetings", "Séances tenues", COUNT, _of("meetings"), reference="{meetings}"),
    Indicator(
        "projects_examined",
        "Dossiers examinés",
        COUNT,
        _of("projects_examined"),
        reference="{examined} par an",
    ),
    Indicator(
        "projects_approved",
        "Dossiers agréés",
        COUNT,
        _of("projects_approved"),
        reference="{approved} par an",
    ),
    Indicator(
        "approval",
        "Taux d'agrément",
        PERCENT,
        _ratio("approval"),
        _n("approval"),
        "{approval}",
    ),
    Indicator("advances_granted", "Avances accordées", EUROS, _of("advances_granted")),
    Indicator("advances_lent", "Avances versées", EUROS, _of("advances_lent")),
    Indicator(
        "jobs_planned",
        "Emplois prévus",
        JOBS,
        _of("jobs_planned_tenths"),
        reference="{jobs} par an",
    ),
    Indicator(
        "jobs_created",
        "Emplois constatés",
        JOBS,
        lambda figures: (
            figures["jobs_created"]["total"] if figures["jobs_created"]["known"] else None
        ),
        lambda figures: figures["jobs_created"]["known"],
    ),
    Indicator(
        "days_contracted",
        "Jours contractualisés",
        DAYS,
        lambda figures: figures["days"]["denominator"],
    ),
    Indicator("days_done", "Jours réalisés", DAYS, lambda figures: figures["days"]["numerator"]),
    Indicator(
        "points",
        "Points de suivi rendus dans les temps",
        PERCENT,
        _ratio("points"),
        _n("points"),
        f"au moins {permille(ON_TIME_PERMILLE)}",
    ),
)

SINCE_ORIGIN = (
    Indicator("companies", "Entreprises accompagnées", COUNT, _of("companies")),
    Indicator("projects_approved", "Dossiers agréés", COUNT, _of("projects_approved")),
    Indicator("advances_granted", "Avances accordées", EUROS, _of("advances_granted")),
    Indicator("jobs_planned", "Emplois prévus", JOBS, _of("jobs_planned_tenths")),
    INDICATORS[7],
    Indicator(
        "jobs_realised",
        "Taux de réalisation des emplois",
        PERCENT,
        _ratio("jobs_realised"),
        _n("jobs_realised"),
    ),
    Indicator(
        "projects_realised",
        "Projets réalisés",
        PERCENT,
        _ratio("projects_realised"),
        _n("projects_realised"),
        "deux tiers",
    ),
    Indicator(
        "turnover",
        "Croissance du chiffre d'affaires à trois ans",
        PERCENT,
        lambda figures: growth(figures["turnover"]).permille,
        lambda figures: figures["turnover"]["companies"],
    ),
)


def _line(indicator: Indicator, now: Frozen, before: Frozen | None, words: Frozen) -> Line:
    return Line(
        indicator=indicator,
        value=indicator.value(now),
        previous=None if before is None else indicator.value(before),
        n=indicator.n(now),
        reference=indicator.reference.format_map(words),
    )


def year_lines(snapshot: Frozen) -> list[Line]:
    """« L'année en chiffres », with the year before and the references."""
    references = references_of(snapshot)
    words = {
        "meetings": references.meetings_in_words,
        "examined": count(references.examined),
        "approved": count(references.approved),
        "approval": permille(references.approval_permille),
        "jobs": count(jobs_a_year(snapshot)),
    }
    return [_line(one, snapshot["figures"], snapshot["previous"], words) for one in INDICATORS]


def jobs_a_year(snapshot: Frozen) -> int:
    """A third of the target of the convention, or of the reference where there is none (R69)."""
    convention = snapshot["basin"]["convention"]
    return a_year(convention["jobs_target"] if convention else references_of(snapshot).jobs)


def origin_lines(snapshot: Frozen) -> list[Line]:
    """« Depuis l'origine »."""
    return [_line(one, snapshot["origin"], None, {}) for one in SINCE_ORIGIN]


def changes(frozen: Frozen, fresh: Frozen) -> list[tuple[str, str, str]]:
    """The lines that do not say the same any more: label, before, now."""
    pairs = [
        *zip(year_lines(frozen), year_lines(fresh), strict=True),
        *zip(origin_lines(frozen), origin_lines(fresh), strict=True),
    ]
    return [(old.label, old.written, new.written) for old, new in pairs if old.value != new.value]
