"""The plan that a payment opens or rewrites: shown before anybody commits, then written (2.5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from alize.common.errors import InvalidInput
from funds.models import Advance, PaymentOrder
from funds.queries.books import Book, book_of, overpaid, owed
from funds.rules import (
    Installment,
    ScheduleReason,
    build_schedule,
    check_irregular_schedule,
    spread_tranche,
)

Rows = Sequence[tuple[date, int]]
"""The days and the cents of a plan typed by hand."""


@dataclass(frozen=True)
class Plan:
    """The lines of a plan, and why it is made."""

    reason: ScheduleReason
    lines: tuple[Installment, ...]


def plan_with_payment(
    advance: Advance,
    *,
    amount: int,
    paid_on: date,
    rows: Rows = (),
    first_due_on: date | None = None,
) -> Plan:
    """The plan of all that is owed once an amount more is paid on a day.

    A payment that was undone opened nothing: the next one is the first again. `first_due_on` moves
    the first instalment of a first plan, and the day of all the others.

    :raises InvalidInput: the lines typed do not add up, come too early, or no date is left.
    """
    before = book_of(advance)
    reason = ScheduleReason.TRANCHE if before.lent else ScheduleReason.INITIAL
    if first_due_on is not None and (rows or before.lent):
        raise InvalidInput(
            "La première échéance ne se choisit qu'au premier versement, sans échéancier "
            "irrégulier.",
            field="first_due_on",
        )
    try:
        if rows:
            due = owed(advance) - overpaid(advance) + amount
            return Plan(reason, _typed(rows, due=due, paid_on=paid_on))
        if before.lent:
            return Plan(reason, _with_tranche(before, amount, paid_on, advance.rounding_unit))
        lines = build_schedule(
            amount=amount,
            lines=advance.lines,
            disbursed_on=paid_on,
            step_months=advance.step_months,
            grace_months=advance.grace_months,
            first_due_on=first_due_on,
            rounding_unit=advance.rounding_unit,
        )
    except ValueError as error:
        field = "rows" if rows else "first_due_on" if first_due_on else None
        raise InvalidInput(str(error), field=field) from error
    return Plan(reason, lines)


def lines_without(advance: Advance, version: int) -> tuple[Installment, ...]:
    """What is owed, on the dates of the plan before a version; none when nothing is."""
    book = book_of(advance)
    before = replace(book, versions=tuple(one for one in book.versions if one.no < version))
    standing = before.position(max(event.value_on for event in book.events))
    due = Counter[date]()
    for line in standing.unpaid_lines:
        due[line.due_on] += line.amount
    return tuple(Installment(rank, *row) for rank, row in enumerate(sorted(due.items()), start=1))


def rows_of(order: PaymentOrder) -> list[tuple[date, int]]:
    """The plan typed with an order; nothing when the terms granted make it."""
    return [(date.fromisoformat(day), cents) for day, cents in order.plan or ()]


def _typed(rows: Rows, *, due: int, paid_on: date) -> tuple[Installment, ...]:
    lines = check_irregular_schedule(amount=due, rows=rows)
    if lines[0].due_on <= paid_on:
        raise ValueError("La première échéance doit être postérieure au versement.")
    return lines


def _with_tranche(
    before: Book, amount: int, paid_on: date, rounding_unit: int
) -> tuple[Installment, ...]:
    standing = before.position(paid_on)
    # A tranche that an over-payment paid left no line: the dates are those of the plan before it.
    plan = replace(before, versions=tuple(v for v in before.versions if v.lines)).plan_on(paid_on)
    return spread_tranche(
        amount=amount - standing.overpaid,
        unpaid=standing.unpaid_lines,
        dates=[line.due_on for line in plan.lines] if plan else [],
        disbursed_on=paid_on,
        rounding_unit=rounding_unit,
    )
