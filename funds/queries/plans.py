"""The plan that a payment opens or rewrites: shown before anybody commits, then written (2.5)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from alize.common.dates import add_months, month_name
from alize.common.errors import InvalidInput
from funds.enums import RESTRUCTURINGS, ScheduleReason
from funds.models import Advance, Entry, PayeeAccount, PaymentOrder
from funds.queries.books import Book, book_of, overpaid, owed
from funds.rules import (
    Installment,
    ScheduleVersion,
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

    A payment that was undone opened nothing: the next one is the first again. `first_due_on` gives
    the lines of a first plan their day; their months follow from what was granted (funds.md 2.2).

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
        raise InvalidInput(str(error), field="rows" if rows else None) from error
    return Plan(reason, lines)


def plan_asked(advance: Advance, *, first_due_on: date | None, **asked: Any) -> Plan:
    """The plan that a payment asked for would open.

    Released in a later month, it opens one as many months later, on the same day.

    :raises InvalidInput: as `plan_with_payment`, or its first date is in another month than the one
        that follows from what was granted and signed.
    """
    plan = plan_with_payment(advance, first_due_on=first_due_on, **asked)
    first = plan.lines[0].due_on if plan.lines else None
    if first is not None and first_due_on not in {None, first}:
        raise InvalidInput(
            f"Selon ce que le comité a accordé, la première échéance tombe en "
            f"{month_name(first.month)} {first.year} : choisissez un jour de ce mois.",
            field="first_due_on",
        )
    return plan


def plan_anew(
    advance: Advance,
    *,
    effective_on: date,
    lines: int,
    first_due_on: date,
    step_months: int,
    rows: Rows = (),
) -> tuple[Installment, ...]:
    """The lines of all that an advance owes, shared anew from a first date; or those typed.

    :raises InvalidInput: nothing is owed, the first date comes too early, or they do not add up.
    """
    due = owed(advance)
    unit = advance.rounding_unit if due >= lines * advance.rounding_unit else 1
    if not rows and first_due_on < effective_on:
        raise InvalidInput("La première échéance précède la date d'effet.", field="first_due_on")
    try:
        if rows:
            return check_irregular_schedule(amount=due, rows=rows)
        return build_schedule(
            amount=due,
            lines=lines,
            disbursed_on=add_months(first_due_on, -step_months),
            step_months=step_months,
            first_due_on=first_due_on,
            rounding_unit=unit,
        )
    except ValueError as error:
        raise InvalidInput(str(error), field="rows" if rows else "lines") from error


def terms_left(advance: Advance, *, on: date) -> dict[str, Any]:
    """What a new plan starts from: as many lines as are unpaid, from the next date on."""
    unpaid = book_of(advance).position(on).unpaid_lines
    to_come = [line.due_on for line in unpaid if line.due_on >= on]
    return {
        "effective_on": on,
        "lines": max(1, len(unpaid)),
        "first_due_on": min(to_come, default=add_months(on, advance.step_months)),
        "step_months": advance.step_months,
    }


def digest_of(lines: Iterable[Installment]) -> str:
    """What tells a plan that was shown from another."""
    said = [(line.due_on.isoformat(), line.amount) for line in lines]
    return sha256(repr(said).encode()).hexdigest()


@dataclass(frozen=True)
class Terms:
    """What the release of an order does: what leaves, on which day, where to, on which plan."""

    amount: int
    paid_on: date
    payee: PayeeAccount | None
    plan: Plan

    @property
    def digest(self) -> str:
        """What tells these terms from others."""
        lines = [(line.due_on.isoformat(), line.amount) for line in self.plan.lines]
        to = self.payee and self.payee.pk
        said = (self.amount, self.paid_on.isoformat(), to, self.plan.reason, lines)
        return sha256(repr(said).encode()).hexdigest()


def release_terms(order: PaymentOrder, payee: PayeeAccount | None, *, on: date) -> Terms:
    """What an order does if it is released on a day: paid on its own, or then once it is over.

    :raises InvalidInput: its plan no longer fits that day.
    """
    paid_on = max(order.pay_on, on)
    plan = plan_with_payment(
        order.advance,
        amount=order.amount,
        paid_on=paid_on,
        rows=rows_of(order),
        first_due_on=order.first_due_on,
    )
    return Terms(order.amount, paid_on, payee, plan)


def lines_without(advance: Advance, undone: Entry) -> tuple[Installment, ...]:
    """What is owed once a payment is undone, as if it had never been planned.

    The plan before it, and what each payment since added to its dates (2.5). None when nothing is
    owed, or when the committee wrote the plan since: that one stands, less its last instalments.
    """
    as_if = without_payment(book_of(advance), undone.pk)
    return _by_day(as_if.position(date.max).unpaid_lines) if as_if else ()


def without_payment(book: Book, entry: int) -> Book | None:
    """A book whose plans are as if a payment had never been planned, by the id of its entry.

    None when the committee wrote the plan since.
    """
    wrote = next((one for one in book.versions if one.opening_no == entry), None)
    since = [one for one in book.versions if wrote and one.no > wrote.no]
    if wrote is None or any(one.reason in RESTRUCTURINGS for one in since):
        return None
    before = tuple(one for one in book.versions if one.no < wrote.no)
    base = before[-1] if before and wrote.reason == ScheduleReason.TRANCHE else None
    due = Counter({line.due_on: line.amount for line in base.lines} if base else {})
    for version in since:
        due.update(_added(book, version))
    rows = sorted((due_on, cents) for due_on, cents in due.items() if cents > 0)
    lines = tuple(Installment(rank, *row) for rank, row in enumerate(rows, start=1))
    opening = base.opening_no if base else wrote.opening_no
    return replace(book, versions=(*before, replace(wrote, opening_no=opening, lines=lines)))


def lines_with_loss_back(advance: Advance) -> tuple[Installment, ...]:
    """What is owed once a loss is undone, when a plan written since does not ask for it.

    A loss takes away the last instalments: what it took comes back with the last one. None when the
    plan in force asks for all that is owed.
    """
    book = book_of(advance)
    standing = book.position(date.max)
    lines = standing.unpaid_lines
    missing = standing.outstanding - sum(line.amount for line in lines)
    if not missing:
        return ()
    last = lines or next(one.lines for one in reversed(book.versions) if one.lines)
    return _by_day((*lines, replace(last[-1], amount=missing)))


def _added(book: Book, version: ScheduleVersion) -> Counter[date]:
    """What a version put on each date beside what was unpaid when it was made."""
    then = replace(
        book,
        events=tuple(one for one in book.events if one.no < version.opening_no),
        versions=tuple(one for one in book.versions if one.no < version.no),
    )
    added = Counter({line.due_on: line.amount for line in version.lines})
    for line in then.position(date.max).unpaid_lines:
        added[line.due_on] -= line.amount
    return added


def _by_day(lines: Iterable[Installment]) -> tuple[Installment, ...]:
    """One line a day, in their order."""
    due = Counter[date]()
    for line in lines:
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
    # What the committee wrote for a later day holds at once: this version comes after it. A tranche
    # that an over-payment paid left no line: the dates are those of the plan before it.
    before = replace(
        before,
        versions=tuple(
            replace(one, effective_on=min(one.effective_on, paid_on)) for one in before.versions
        ),
    )
    standing = before.position(paid_on)
    plan = replace(before, versions=tuple(v for v in before.versions if v.lines)).plan_on(paid_on)
    return spread_tranche(
        amount=amount - standing.overpaid,
        unpaid=standing.unpaid_lines,
        dates=[line.due_on for line in plan.lines] if plan else [],
        disbursed_on=paid_on,
        rounding_unit=rounding_unit,
    )
