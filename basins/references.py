"""The national reference values: a cruising profile to compare with, never a norm (R64 to R76)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from alize.common.dates import add_months
from alize.common.money import NO_BREAK_SPACE, format_euros, format_number, format_share

YEARS = 3
"""What is counted over a convention is counted over three years (R7, R59)."""
ALLOWANCE_CAP = 1_000_000
"""Cents a civil year, money and valued days together (R77): a limit that the ledger holds."""
AHEAD_MONTHS = 60
"""How far ahead a value is given: beyond, its year is mistyped."""


class Unit(StrEnum):
    """What the numbers of a reference count."""

    COUNT = "COUNT"
    EUROS = "EUROS"
    """In cents."""
    PERCENT = "PERCENT"
    SHARE = "SHARE"
    """In basis points: a percentage with its decimals."""


class Reference(StrEnum):
    """Repère national."""

    MEETINGS = "MEETINGS"
    EXAMINED = "EXAMINED"
    APPROVED = "APPROVED"
    JOBS = "JOBS"
    RESOURCES = "RESOURCES"
    PROFILE = "PROFILE"
    LOSSES = "LOSSES"
    FUND_SIZE = "FUND_SIZE"
    SUPPORT = "SUPPORT"
    ENGINEERING = "ENGINEERING"

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return SLUGS[self]

    @property
    def terms(self) -> "Terms":
        """What it counts and how far it goes."""
        return TERMS[self]


SLUGS = {
    Reference.MEETINGS: "seances",
    Reference.EXAMINED: "dossiers-examines",
    Reference.APPROVED: "dossiers-agrees",
    Reference.JOBS: "emplois",
    Reference.RESOURCES: "moyens",
    Reference.PROFILE: "profil",
    Reference.LOSSES: "sinistralite",
    Reference.FUND_SIZE: "taille-du-fonds",
    Reference.SUPPORT: "accompagnement",
    Reference.ENGINEERING: "ingenierie",
}
BY_SLUG = {slug: reference for reference, slug in SLUGS.items()}


@dataclass(frozen=True)
class Terms:
    """What a reference counts: its numbers, and the bounds of each of them."""

    label: str
    unit: Unit
    least: int
    most: int
    per: str = ""
    parts: tuple[str, ...] = ("Valeur",)
    """What each number is."""
    serves: str = ""
    """Where it is shown."""

    @property
    def is_range(self) -> bool:
        """From a number to another, which is not smaller."""
        return self.parts == RANGE

    @property
    def is_whole(self) -> bool:
        """Parts of a hundred."""
        return self.unit == Unit.PERCENT


RANGE = ("De", "À")
TERMS = {
    Reference.MEETINGS: Terms(  # R65
        "Séances du comité d'agrément",
        Unit.COUNT,
        1,
        52,
        "par an",
        RANGE,
        "jauge des séances, rapport d'évaluation, objectifs d'une convention",
    ),
    Reference.EXAMINED: Terms(  # R66
        "Dossiers examinés",
        Unit.COUNT,
        1,
        500,
        "par an",
        serves="pilotage, rapport d'évaluation, taux d'agrément attendu",
    ),
    Reference.APPROVED: Terms(  # R67
        "Dossiers agréés",
        Unit.COUNT,
        1,
        500,
        "par an",
        serves="pilotage, rapport d'évaluation, tour de contrôle, objectifs d'une convention",
    ),
    Reference.JOBS: Terms(  # R69
        "Emplois prévus",
        Unit.COUNT,
        YEARS,
        9_999,
        "sur trois ans",
        serves="pilotage, rapport d'évaluation, tour de contrôle, objectifs d'une convention",
    ),
    Reference.RESOURCES: Terms(  # R70
        "Moyens réunis, apports valorisés compris",
        Unit.EUROS,
        1_000_000,
        10_000_000_000,
        "sur trois ans",
        serves="pilotage",
    ),
    Reference.PROFILE: Terms(  # R72
        "Profil des ressources",
        Unit.PERCENT,
        0,
        100,
        parts=(
            "Entreprises partenaires",
            "Acteurs du territoire",
            "Collectivités",
            "État et Caisse des dépôts",
        ),
        serves="engagements, apports reçus, budget d'une convention, rapport d'évaluation",
    ),
    Reference.LOSSES: Terms(  # R73
        "Sinistralité",
        Unit.SHARE,
        0,
        5_000,
        "des sommes prêtées",
        serves="tour de contrôle, rapport d'évaluation",
    ),
    Reference.FUND_SIZE: Terms(  # R74
        "Taille critique du fonds d'avances",
        Unit.EUROS,
        1_000_000,
        10_000_000_000,
        "",
        RANGE,
        "rapport d'évaluation",
    ),
    Reference.SUPPORT: Terms(  # R75
        "Soutien des entreprises",
        Unit.EUROS,
        1_000_000,
        10_000_000_000,
        "par an",
        serves="budget d'une convention",
    ),
    Reference.ENGINEERING: Terms(  # R76
        "Ingénierie locale",
        Unit.EUROS,
        100_000,
        1_000_000_000,
        "par an",
        serves="compte de fonctionnement, budget d'une convention",
    ),
}


def number_in_words(unit: Unit, number: int) -> str:
    """One number with its unit: « 12 », « 90 000 € », « 40 % », « 3,5 % »."""
    match unit:
        case Unit.EUROS:
            return format_euros(number)
        case Unit.SHARE:
            return format_share(number)
        case Unit.PERCENT:
            return f"{number}{NO_BREAK_SPACE}%"
        case _:
            return format_number(number)


def in_words(reference: Reference, numbers: Sequence[int]) -> str:
    """A whole value: « 6 à 10 par an », « 400 000 € à 500 000 € », « 40/20/25/15 % »."""
    terms = reference.terms
    if terms.is_whole:
        return f"{'/'.join(map(str, numbers))}{NO_BREAK_SPACE}%"
    said = " à ".join(number_in_words(terms.unit, number) for number in numbers)
    return f"{said} {terms.per}".strip()


class Unfit(ValueError):
    """A value that cannot be one: the reason in French, and the place of the number it is about."""

    def __init__(self, reason: str, place: int | None = None) -> None:
        super().__init__(reason)
        self.place = place


def check_numbers(reference: Reference, numbers: Sequence[int]) -> None:
    """Refuse what cannot be a value of a reference.

    :raises Unfit: a number is out of its bounds, a range goes down, a profile is not of a hundred.
    """
    terms = reference.terms
    for place, number in enumerate(numbers):
        if not terms.least <= number <= terms.most:
            raise Unfit(f"Cette valeur va de {_bounds(terms)} : vérifiez la saisie.", place)
    if terms.is_range and numbers[0] > numbers[1]:
        raise Unfit("Le haut de la fourchette est plus petit que le bas : inversez-les.", 1)
    if terms.is_whole and sum(numbers) != 100:
        raise Unfit(f"Les parts font {sum(numbers)} % ensemble : répartissez-en 100.")


def _bounds(terms: Terms) -> str:
    least, most = (number_in_words(terms.unit, number) for number in (terms.least, terms.most))
    return f"{least} à {most}"


def check_day(effective_from: date, *, today: date) -> None:
    """Refuse a day that has begun, or one whose year is mistyped: what was shown never changes.

    :raises Unfit: with the reason.
    """
    if effective_from <= today:
        raise Unfit("Une valeur prend effet demain au plus tôt : ce qui précède ne change pas.")
    if effective_from > add_months(today, AHEAD_MONTHS):
        raise Unfit("Cette date est à plus de cinq ans : vérifiez l'année.")


@dataclass(frozen=True)
class References:
    """Repères nationaux in force on a day; amounts in cents, the profile in percent."""

    meetings: tuple[int, int]
    examined: int
    approved: int
    jobs: int
    resources: int
    profile: tuple[int, ...]
    losses: int | None
    """In basis points; None as long as nobody has given one: the document cannot be read there."""
    fund_size: tuple[int, int]
    support: int
    engineering: int

    @classmethod
    def of(cls, numbers: Mapping[str, Sequence[int]]) -> "References":
        """The values in force, from the numbers of each reference."""
        return cls(
            meetings=(numbers["MEETINGS"][0], numbers["MEETINGS"][1]),
            examined=numbers["EXAMINED"][0],
            approved=numbers["APPROVED"][0],
            jobs=numbers["JOBS"][0],
            resources=numbers["RESOURCES"][0],
            profile=tuple(numbers["PROFILE"]),
            losses=numbers["LOSSES"][0] if "LOSSES" in numbers else None,
            fund_size=(numbers["FUND_SIZE"][0], numbers["FUND_SIZE"][1]),
            support=numbers["SUPPORT"][0],
            engineering=numbers["ENGINEERING"][0],
        )

    @classmethod
    def of_dict(cls, kept: Mapping[str, Any]) -> "References":
        """Those that a snapshot has kept."""
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in kept.items()
            }
        )

    def as_dict(self) -> dict[str, Any]:
        """What a snapshot keeps of them."""
        return asdict(self)

    @property
    def jobs_a_year(self) -> int:
        """A third of the target of a convention (R69)."""
        return a_year(self.jobs)

    @property
    def resources_a_year(self) -> int:
        """A third of what is brought together over a convention (R70)."""
        return a_year(self.resources)

    @property
    def approval_permille(self) -> int:
        """The part of the projects examined that is approved, never more than all (R66, R67)."""
        return min(1000, self.approved * 1000 // self.examined)

    @property
    def meetings_in_words(self) -> str:
        """« 6 à 10 par an »."""
        return in_words(Reference.MEETINGS, self.meetings)


def a_year(over_a_convention: int) -> int:
    """The part of one year in what a convention sets for three."""
    return over_a_convention // YEARS
