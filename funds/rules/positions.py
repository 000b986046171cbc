"""Where an advance stands on a given day, from its events and its plans (funds.md 2.4, 2.5)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import takewhile

from funds.enums import RESTRUCTURINGS
from funds.rules.schedules import Installment
from funds.rules.target import next_target_day


class EventKind(StrEnum):
    """Événement du compte d'une avance."""

    DISBURSEMENT = "DISBURSEMENT"
    REPAYMENT = "REPAYMENT"
    BOUNCE = "BOUNCE"
    WRITE_OFF = "WRITE_OFF"
    RECOVERY = "RECOVERY"
    REFUND = "REFUND"
    KEPT = "KEPT"
    FORGONE = "FORGONE"


class PositionStatus(StrEnum):
    """Situation d'une avance: derived from its position, never stored."""

    GRANTED = "GRANTED"
    IN_GRACE = "IN_GRACE"
    CURRENT = "CURRENT"
    LATE = "LATE"
    SETTLED = "SETTLED"
    LOSS = "LOSS"
    LOSS_RECOVERED = "LOSS_RECOVERED"


@dataclass(frozen=True)
class Event:
    """Something that happened to an advance; ``no`` is the order in which it was recorded."""

    no: int
    value_on: date
    kind: EventKind
    amount: int


@dataclass(frozen=True)
class ScheduleVersion:
    """A plan, and the last event that was recorded when it was made (0 if none)."""

    no: int
    effective_on: date
    opening_no: int
    reason: str
    lines: tuple[Installment, ...]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The sums of an advance and its delay: enough for the figures of a whole fund."""

    disbursed: int
    repaid: int
    overpaid: int
    written_off: int
    recovered: int
    outstanding: int
    arrears: int
    days_late: int
    restructured: bool
    kept: int = 0
    """What nobody could be paid back of what was overpaid, less what was refunded and given up."""
    unsent: int = 0
    """What is owed of payments stopped before the bank: lent in the ledger, never received."""

    @property
    def held(self) -> int:
        """What the company owes of what reached it."""
        return self.outstanding - self.unsent

    @property
    def owed_back(self) -> int:
        """What was refunded of a payment that the bank took back since: the company owes it."""
        return max(0, -self.overpaid)

    @property
    def is_given_up(self) -> bool:
        """A loss stands on it: what was granted and not paid no longer will be."""
        return self.written_off > self.recovered


@dataclass(frozen=True, kw_only=True)
class Position(Standing):
    """What was paid, what is due and what is late."""

    status: PositionStatus
    next_due: tuple[date, int] | None
    version: int | None
    unpaid_lines: tuple[Installment, ...]

    @property
    def cash(self) -> int:
        """What the advance brought to the fund's account; below zero, what it took from it."""
        return self.repaid + self.overpaid + self.kept + self.recovered - self.disbursed


def position(
    *,
    events: Iterable[Event],
    versions: Iterable[ScheduleVersion],
    as_of: date,
    tolerance_days: int = 0,
) -> Position:
    """Derive the position of an advance at the end of a day."""
    past = [event for event in events if event.value_on <= as_of]
    known = [version for version in versions if version.effective_on <= as_of]
    plan = max(known, key=lambda version: version.no, default=None)

    total = Counter[str]()
    for event in past:
        total[event.kind] += event.amount
    disbursed, written_off = total[EventKind.DISBURSEMENT], total[EventKind.WRITE_OFF]
    paid = total[EventKind.REPAYMENT] - total[EventKind.BOUNCE]
    repaid = min(paid, disbursed - written_off)
    outstanding = disbursed - repaid - written_off
    kept = total[EventKind.KEPT] - total[EventKind.FORGONE]

    planned = plan.lines if plan else ()
    due = _due_lines(plan, past) if plan else []
    unpaid = _first_cents(due, outstanding)
    late = list(takewhile(lambda line: next_target_day(line.due_on) < as_of, unpaid))
    coming = unpaid[len(late)] if len(late) < len(unpaid) else None
    days_late = (as_of - late[0].due_on).days if late else 0
    return Position(
        disbursed=disbursed,
        repaid=repaid,
        overpaid=paid - repaid - total[EventKind.REFUND] - kept,
        kept=kept,
        written_off=written_off,
        recovered=total[EventKind.RECOVERY],
        outstanding=outstanding,
        arrears=sum(line.amount for line in late),
        days_late=days_late,
        status=_status(
            disbursed=disbursed,
            outstanding=outstanding,
            written_off=written_off,
            recovered=total[EventKind.RECOVERY],
            is_late=days_late > tolerance_days,
            is_started=any(line.due_on <= as_of for line in (*planned, *due)),
        ),
        next_due=(coming.due_on, coming.amount) if coming else None,
        version=plan.no if plan else None,
        restructured=any(version.reason in RESTRUCTURINGS for version in known),
        unpaid_lines=unpaid,
    )


def as_received(lent: Position, received: Position) -> Position:
    """The sums of the ledger, and what is due of what reached the company (2.4, 2.6).

    `received` is the same without the payments stopped before the bank and what they planned.
    """
    return replace(
        lent,
        arrears=received.arrears,
        days_late=received.days_late,
        status=received.status if received.outstanding else PositionStatus.CURRENT,
        next_due=received.next_due,
        unpaid_lines=received.unpaid_lines,
        unsent=lent.outstanding - received.outstanding,
    )


def _due_lines(plan: ScheduleVersion, past: Sequence[Event]) -> list[Installment]:
    """List what the plan still asks for, the oldest date first, as if nothing was written off."""
    since = [event for event in past if event.no > plan.opening_no]
    bounces = [event for event in since if event.kind == EventKind.BOUNCE]
    paid = sum(event.amount for event in since if event.kind == EventKind.REPAYMENT)
    paid -= sum(event.amount for event in bounces)
    lines = list(plan.lines)
    if paid < 0:  # a debit older than the plan came back: it is due at once, before the plan
        bounced_on = max(event.value_on for event in bounces)
        lines.append(Installment(rank=0, due_on=bounced_on, amount=-paid))
    due = []
    for line in sorted(lines, key=lambda line: (line.due_on, line.rank)):
        settled = min(max(paid, 0), line.amount)
        paid -= settled
        if settled < line.amount:
            due.append(_worth(line, line.amount - settled))
    return due


def _first_cents(lines: Iterable[Installment], amount: int) -> tuple[Installment, ...]:
    """Keep the first lines up to an amount: a loss takes away the last ones."""
    kept = []
    for line in lines:
        part = min(line.amount, amount)
        if part > 0:
            kept.append(_worth(line, part))
            amount -= part
    return tuple(kept)


def _worth(line: Installment, amount: int) -> Installment:
    """What is left of a line: itself when nothing is taken from it, as with nearly all."""
    return line if line.amount == amount else replace(line, amount=amount)


def _status(
    *,
    disbursed: int,
    outstanding: int,
    written_off: int,
    recovered: int,
    is_late: bool,
    is_started: bool,
) -> PositionStatus:
    if not disbursed:
        return PositionStatus.GRANTED
    if is_late:
        return PositionStatus.LATE
    if outstanding:
        return PositionStatus.CURRENT if is_started else PositionStatus.IN_GRACE
    if not written_off:
        return PositionStatus.SETTLED
    is_recovered = recovered >= written_off
    return PositionStatus.LOSS_RECOVERED if is_recovered else PositionStatus.LOSS
