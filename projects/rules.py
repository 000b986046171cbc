"""Pure rules of the projects: references, names, dates of the diagnosis and of the follow-up."""

import unicodedata
from datetime import date, timedelta

from alize.common.dates import add_months
from alize.common.words import grouped
from projects.enums import FOLLOW_UP_MONTHS, OPINION_MONTHS

DIAGNOSIS_DAYS = 15
"""Time given by default to the referrer (journeys.md O2)."""
REMINDER_DAYS = (5, 10)
"""When a referrer who has not answered is reminded, in days after the request."""
YOUNG_YEARS = 3
"""Communication target: companies of more than three years (R16)."""


def plain(text: str) -> str:
    """Letters without accents nor case, to compare names."""
    bare = unicodedata.normalize("NFKD", text)
    return "".join(c for c in bare if not unicodedata.combining(c)).casefold().strip()


def trigram(basin_name: str) -> str:
    """The three letters of a basin in its references: « Savoie » gives « SAV »."""
    letters = [c for c in plain(basin_name) if "a" <= c <= "z"]
    return "".join(letters[:3]).upper()


def reference(year: int, code: str, rank: int) -> str:
    """The reference of a project: « 2026-SAV-014 »."""
    return f"{year}-{code}-{rank:03d}"


def follow_up_dates(labelled_on: date) -> list[tuple[int, date]]:
    """When each review is due, counted in months from its effect (R35, R86)."""
    return [(month, add_months(labelled_on, month)) for month in FOLLOW_UP_MONTHS]


def opinion_dates(labelled_on: date) -> list[tuple[int, date]]:
    """When the owner is asked what the support is worth (M19)."""
    return [(month, add_months(labelled_on, month)) for month in OPINION_MONTHS]


def diagnosis_due(asked_on: date) -> date:
    """The date proposed to the referrer."""
    return asked_on + timedelta(days=DIAGNOSIS_DAYS)


def is_young(founded_on: date, *, on: date) -> bool:
    """Whether a company is less than three years old."""
    return add_months(founded_on, 12 * YOUNG_YEARS) > on


def department_of(postal_code: str) -> str:
    """The department of a postal code; overseas ones have three digits, Corsica has two halves."""
    if postal_code.startswith("20"):
        return "2A" if postal_code < "20200" else "2B"
    return postal_code[:3] if postal_code.startswith("97") else postal_code[:2]


PROVISIONAL = "SIRET "
"""How a company is named while only its number is known."""


def provisional_name(siret: str) -> str:
    """« SIRET 732 829 320 00074 », until somebody types the name."""
    return f"{PROVISIONAL}{grouped(siret)}"
