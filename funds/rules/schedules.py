"""Repayment schedules: equal lines, or an irregular plan (funds.md 2.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from alize.common.dates import LAST_YEAR, add_months, days_in_month
from alize.common.money import NO_BREAK_SPACE as NBSP
from alize.common.money import format_euros

STEPS = (1, 3, 6)
ROUNDING_UNITS = (1, 100, 1000)
MOST_LINES = 600
"""Fifty years of monthly lines."""


@dataclass(frozen=True)
class Installment:
    """Échéance."""

    rank: int
    due_on: date
    amount: int


def build_schedule(
    *,
    amount: int,
    lines: int,
    disbursed_on: date,
    step_months: int = 1,
    grace_months: int = 0,
    first_due_on: date | None = None,
    rounding_unit: int = 1,
) -> tuple[Installment, ...]:
    """Share an amount in cents in equal lines, the last one taking the rest (funds.md 2.2).

    `first_due_on`, when given, says on which day of their month all fall, 31 at its end: which
    month is first follows from what was granted, and signed as so many months after the payment.

    :raises ValueError: the reason, in French.
    """
    _check_terms(amount, lines, step_months, grace_months, rounding_unit)
    base = amount // (lines * rounding_unit) * rounding_unit
    if base < rounding_unit:
        raise ValueError(
            f"{format_euros(amount)} ne peuvent pas se partager en {lines} échéances "
            f"arrondies à {format_euros(rounding_unit)}."
        )
    paid_in = disbursed_on.replace(day=1)
    last = grace_months + step_months * lines
    if paid_in.year * 12 + paid_in.month + last > LAST_YEAR * 12 + 12:
        raise ValueError(f"La dernière échéance ne peut pas dépasser l'année {LAST_YEAR}.")
    day = (first_due_on or disbursed_on).day
    amounts = [base] * (lines - 1) + [amount - (lines - 1) * base]
    return tuple(
        Installment(
            rank=rank,
            due_on=_on_day(day, month=add_months(paid_in, grace_months + step_months * rank)),
            amount=part,
        )
        for rank, part in enumerate(amounts, start=1)
    )


def _on_day(day: int, *, month: date) -> date:
    """That day of a month, or its last: a short month does not spoil the next."""
    return month.replace(day=min(day, days_in_month(month.year, month.month)))


def _check_terms(
    amount: int, lines: int, step_months: int, grace_months: int, rounding_unit: int
) -> None:
    if not isinstance(amount, int):
        raise ValueError("Le montant à rembourser est un nombre entier de centimes.")
    if amount <= 0:
        raise ValueError("Le montant à rembourser doit être positif.")
    if not all(isinstance(n, int) for n in (lines, step_months, grace_months, rounding_unit)):
        raise ValueError("Les échéances, leur pas, le différé et l'arrondi sont des entiers.")
    _check_count(lines)
    if step_months not in STEPS:
        raise ValueError("Les échéances sont mensuelles, trimestrielles ou semestrielles.")
    if grace_months < 0:
        raise ValueError("Le différé ne peut pas être négatif.")
    if rounding_unit not in ROUNDING_UNITS:
        raise ValueError("L'arrondi se fait au centime, à l'euro ou à la dizaine d'euros.")


def _check_count(lines: int) -> None:
    if lines < 1:
        raise ValueError("L'échéancier doit compter au moins une échéance.")
    if lines > MOST_LINES:
        raise ValueError(f"L'échéancier compte {MOST_LINES} échéances au plus.")


def check_irregular_schedule(
    *, amount: int, rows: Sequence[tuple[date, int]]
) -> tuple[Installment, ...]:
    """Accept a plan typed by hand when it repays the amount exactly, at increasing dates.

    :raises ValueError: the reason, in French.
    """
    _check_count(len(rows))
    for rank, (_, part) in enumerate(rows, start=1):
        if not isinstance(part, int):
            raise ValueError(f"Échéance {rank}{NBSP}: le montant est un nombre entier de centimes.")
        if part <= 0:
            raise ValueError(f"Échéance {rank}{NBSP}: le montant doit être positif.")
    for rank, ((before, _), (after, _)) in enumerate(pairwise(rows), start=2):
        if after <= before:
            raise ValueError(
                f"Échéance {rank}{NBSP}: la date doit être postérieure à celle de la précédente."
            )
    total = sum(part for _, part in rows)
    if total != amount:
        raise ValueError(
            f"Les échéances totalisent {format_euros(total)} au lieu de {format_euros(amount)}."
        )
    return tuple(
        Installment(rank=rank, due_on=due_on, amount=part)
        for rank, (due_on, part) in enumerate(rows, start=1)
    )


def spread_tranche(
    *,
    amount: int,
    unpaid: Sequence[Installment],
    dates: Sequence[date],
    disbursed_on: date,
    rounding_unit: int = 1,
) -> tuple[Installment, ...]:
    """Add new money to a plan: dates are kept, the amount is shared on those left (funds.md 2.5).

    Each date takes as many whole units as the others and the last one the rest; cents are shared
    when there is no unit for each. Nothing is added when an over-payment already covers it all.

    :raises ValueError: no date is left, in French.
    """
    if amount <= 0:
        return tuple(unpaid)
    left = sorted(due_on for due_on in dates if due_on > disbursed_on)
    if not left:
        raise ValueError(
            "L'échéancier de cette avance est terminé : un nouveau versement demande une décision."
        )
    due = {line.due_on: line.amount for line in unpaid}
    units = amount // (len(left) * rounding_unit)
    base = units * rounding_unit or amount // len(left)
    for rank, due_on in enumerate(left, start=1):
        share = base if rank < len(left) else amount - base * (len(left) - 1)
        due[due_on] = due.get(due_on, 0) + share
    rows = [(due_on, part) for due_on, part in sorted(due.items()) if part]
    return check_irregular_schedule(amount=sum(due.values()), rows=rows)
