"""What a convention set itself against what came of it, in words (R54, R64, P6)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from alize.common.money import format_number, format_tenths


@dataclass(frozen=True)
class Objective:
    """Objectif chiffré : the target of the convention and what was reached, in tenths.

    `by_year` is what each year of the convention that has begun added.
    """

    label: str
    target: int
    reached: int
    by_year: tuple[int, ...]
    unknown: int = 0
    """Projects that nobody can tell of: what is unknown is not zero."""


def exercise_in_words(year: int, *, starts_on: date, ends_on: date) -> str:
    """« 2026, dès le 01/05 »: a calendar year, of which only the days of a convention count.

    Years are those of every other figure (kpis.md 7.0, Exercice): a convention that does not begin
    in January has four of them, two of which it shares with its neighbours (R7).
    """
    words = str(year)
    if starts_on > date(year, 1, 1):
        words += f", dès le {starts_on:%d/%m}"
    if ends_on < date(year, 12, 31):
        words += f", jusqu'au {ends_on:%d/%m}"
    return words


def elapsed(*, starts_on: date, ends_on: date, on: date) -> Fraction:
    """The part of a convention that is over at the end of a day, from 0 to 1."""
    days = (ends_on - starts_on).days + 1
    gone = (on - starts_on).days + 1
    return Fraction(max(0, min(gone, days)), days)


def gap_in_words(objective: Objective, *, gone: Fraction) -> str:
    """The distance from the target: from its even pace while it runs, from itself at the end.

    The pace is a reference to compare with, never a norm (R64).
    """
    target, reached = objective.target, objective.reached
    if not target:
        return "Aucun objectif fixé"
    if reached >= target:
        above = reached - target
        return f"Atteint, {format_tenths(above)} de plus" if above else "Atteint"
    if gone == 1:
        words = f"Il a manqué {format_tenths(target - reached)}"
    else:
        expected = (target * gone + 5) // 10 * 10
        pace = f"{format_number(expected // 10)} attendus à ce jour"
        late = expected - reached
        words = (
            f"{format_tenths(late)} sous le rythme ({pace})"
            if late > 0
            else f"Dans le rythme ({pace})"
        )
    if objective.unknown:
        files = "dossiers" if objective.unknown > 1 else "dossier"
        words += f" ; {format_number(objective.unknown)} {files} sans nouvelles"
    return words
