"""The rows of the fund's screens: advances, instalments, movements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alize.common.http import basin_reverse
from alize.common.screen import Badge, Tone
from funds.enums import AdvanceStatus
from funds.models import Advance
from funds.rules import (
    EventKind,
    Installment,
    Position,
    PositionStatus,
    ScheduleVersion,
    next_target_day,
)

_BADGES: dict[PositionStatus, tuple[str, Tone]] = {
    PositionStatus.GRANTED: ("À verser", "info"),
    PositionStatus.IN_GRACE: ("En différé", "info"),
    PositionStatus.CURRENT: ("En cours", "neutral"),
    PositionStatus.LATE: ("En retard", "late"),
    PositionStatus.SETTLED: ("Soldée", "done"),
    PositionStatus.LOSS: ("Passée en perte", "late"),
    PositionStatus.LOSS_RECOVERED: ("Perte récupérée", "done"),
}
KINDS = {
    EventKind.DISBURSEMENT: "Versement",
    EventKind.REPAYMENT: "Remboursement",
    EventKind.BOUNCE: "Remboursement annulé",
    EventKind.WRITE_OFF: "Passage en perte",
    EventKind.RECOVERY: "Récupération",
    EventKind.REFUND: "Trop-perçu rendu",
}


def status_badge(advance: Advance, standing: Position) -> Badge:
    """Where an advance stands, in words and colour."""
    if advance.status == AdvanceStatus.CANCELLED:
        return Badge("Annulée", "quiet")
    if advance.status == AdvanceStatus.GRANTED:
        return Badge("Attend sa convention", "attention")
    label, tone = _BADGES[standing.status]
    return Badge(label, tone)


@dataclass(frozen=True)
class AdvanceRow:
    """One advance of the list."""

    reference: str
    company: str
    granted: int
    repaid: int
    outstanding: int
    arrears: int
    next_due_on: date | None
    status: Badge
    standing: PositionStatus
    days_late: int

    @property
    def url(self) -> str:
        """Its page."""
        return basin_reverse("advance_detail", reference=self.reference)


def advance_rows(
    advances: Iterable[Advance], standings: Mapping[int, Position]
) -> list[AdvanceRow]:
    """The advances and where they stand."""
    rows = []
    for advance in advances:
        standing = standings[advance.pk]
        rows.append(
            AdvanceRow(
                reference=advance.reference,
                company=advance.project.beneficiary.name,
                granted=advance.granted_amount,
                repaid=standing.repaid,
                outstanding=standing.outstanding,
                arrears=standing.arrears,
                next_due_on=standing.next_due[0] if standing.next_due else None,
                status=status_badge(advance, standing),
                standing=standing.status,
                days_late=standing.days_late,
            )
        )
    return rows


@dataclass(frozen=True)
class InstalmentRow:
    """One line of the schedule in force, and what is left of it."""

    name: str
    due_on: date
    amount: int
    left: int
    status: Badge


def instalment_rows(
    plan: ScheduleVersion | None, standing: Position, *, on: date
) -> list[InstalmentRow]:
    """The plan in force, line by line: paid, partly paid, late, to come."""
    if plan is None:
        return []
    unpaid = {line.rank: line for line in standing.unpaid_lines}
    bounced = [unpaid[0]] if 0 in unpaid else []
    return [_instalment(line, unpaid.get(line.rank), on) for line in (*bounced, *plan.lines)]


def _instalment(line: Installment, unpaid: Installment | None, on: date) -> InstalmentRow:
    left = unpaid.amount if unpaid else 0
    if not left:
        status = Badge("Réglée", "done")
    elif next_target_day(line.due_on) < on:
        status = Badge("En retard", "late")
    elif left < line.amount:
        status = Badge("Réglée en partie", "info")
    else:
        status = Badge("À venir", "neutral")
    name = f"Échéance {line.rank}" if line.rank else "Remboursement revenu impayé"
    return InstalmentRow(name, line.due_on, line.amount, left, status)


@dataclass(frozen=True)
class MovementRow:
    """One movement of an advance, signed as the fund sees it."""

    name: str
    value_on: date
    amount: int
    who: str
    state: Badge | None
    reverse_url: str


def movement_rows(advance: Advance, *, on: date, may_reverse: bool) -> list[MovementRow]:
    """The movements up to a day, the last first; a repayment that stands may be undone."""
    movements = advance.movements.filter(value_on__lte=on).select_related(
        "recorded_by", "reversed_by", "reverses"
    )
    rows = []
    for movement in movements.order_by("-no"):
        undone = hasattr(movement, "reversed_by")
        stands = movement.kind == EventKind.REPAYMENT and not undone
        outward = movement.kind in {EventKind.DISBURSEMENT, EventKind.BOUNCE, EventKind.REFUND}
        rows.append(
            MovementRow(
                name=KINDS[EventKind(movement.kind)],
                value_on=movement.value_on,
                amount=-movement.amount if outward else movement.amount,
                who=movement.recorded_by.full_name,
                state=Badge("Annulé", "quiet") if undone else None,
                reverse_url=basin_reverse("repayment_reverse", movement_id=movement.pk)
                if stands and may_reverse
                else "",
            )
        )
    return rows
