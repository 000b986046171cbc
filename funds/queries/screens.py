"""The rows of the fund's screens: advances, instalments, entries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from alize.common.addresses import basin_reverse
from alize.common.screen import Badge, Tone
from funds import permissions
from funds.enums import EntryKind
from funds.models import Advance, Entry
from funds.queries.fund import granted
from funds.rules import (
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
STOPPED = Badge("Versement arrêté", "late")
_OUTWARD = frozenset({EntryKind.DISBURSEMENT, EntryKind.REFUND})


def status_badge(advance: Advance, standing: Position, *, on: date) -> Badge:
    """Where an advance stood at the end of a day, in words and colour."""
    if advance.cancelled_on is not None and advance.cancelled_on <= on:
        return Badge("Annulée", "quiet")
    if advance.contracted_on is None or advance.contracted_on > on:
        return Badge("Attend sa convention", "attention")
    if standing.unsent and standing.status != PositionStatus.LATE:
        return STOPPED
    label, tone = _BADGES[_shown_status(standing)]
    return Badge(label, tone)


def _shown_status(standing: Position) -> PositionStatus:
    """Its status, still running while the company owes what it was refunded in vain."""
    if standing.status == PositionStatus.SETTLED and standing.owed_back:
        return PositionStatus.CURRENT
    return standing.status


@dataclass(frozen=True)
class AdvanceRow:
    """One advance of the list."""

    reference: str
    company: str
    granted: int
    """Nothing once it is cancelled."""
    renounced: int
    repaid: int
    outstanding: int
    held: int
    """What reached the company of it."""
    arrears: int
    due_on: date | None
    """The oldest instalment that is late, or the next one."""
    status: Badge
    standing: PositionStatus
    days_late: int
    overpaid: int
    written_off: int
    restructured: bool

    @property
    def url(self) -> str:
        """Its page."""
        return basin_reverse("advance_detail", reference=self.reference)


def advance_rows(
    advances: Iterable[Advance], standings: Mapping[int, Position], *, on: date
) -> list[AdvanceRow]:
    """The advances and where they stood at the end of a day."""
    shown = list(advances)
    promised = granted(shown, on=on)
    rows = []
    for advance in shown:
        standing = standings[advance.pk]
        amount = advance.granted_amount if advance.pk in promised else 0
        rows.append(
            AdvanceRow(
                reference=advance.reference,
                company=advance.project.beneficiary.name,
                granted=amount,
                renounced=amount - promised.get(advance.pk, 0),
                repaid=standing.repaid,
                outstanding=standing.outstanding,
                held=standing.held,
                arrears=standing.arrears,
                due_on=_due_on(standing),
                status=status_badge(advance, standing, on=on),
                standing=_shown_status(standing),
                days_late=standing.days_late,
                overpaid=standing.overpaid,
                written_off=standing.written_off,
                restructured=standing.restructured,
            )
        )
    return rows


def _due_on(standing: Position) -> date | None:
    if standing.arrears:
        return standing.unpaid_lines[0].due_on
    return standing.next_due[0] if standing.next_due else None


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


@dataclass(frozen=True, kw_only=True)
class EntryState:
    """What became of an entry: undone, or the page that asks for it."""

    value_on: date
    state: Badge | None
    reverse_url: str


@dataclass(frozen=True, kw_only=True)
class EntryRow(EntryState):
    """One entry of an advance, its amount signed as the account of the advances sees it."""

    name: str
    amount: int
    who: str


def entry_state(entry: Entry, *, may_reverse: bool) -> EntryState:
    """An entry that stands may be undone; `reversed_by` comes with it."""
    undone = hasattr(entry, "reversed_by")
    reversible = may_reverse and not undone and permissions.reverse_kind.allows(entry)
    return EntryState(
        value_on=entry.value_on,
        state=Badge("Annulée", "quiet") if undone else None,
        reverse_url=basin_reverse("entry_reverse", entry_id=entry.pk) if reversible else "",
    )


def entry_rows(advance: Advance, *, on: date, may_reverse: bool) -> list[EntryRow]:
    """The entries up to a day, the last first; one that stands may be undone."""
    entries = (
        advance.entries.filter(value_on__lte=on)
        .annotate(amount=Sum("postings__amount", filter=Q(postings__amount__gt=0)))
        .select_related("recorded_by", "reversed_by", "reverses")
    )
    rows = []
    for entry in entries.order_by("-pk"):
        kind = EntryKind(entry.kind)
        outward = (entry.reverses.kind if entry.reverses else kind) in _OUTWARD
        rows.append(
            EntryRow(
                **vars(entry_state(entry, may_reverse=may_reverse)),
                name=kind.label,
                amount=-entry.amount if outward == (entry.reverses is None) else entry.amount,
                who=entry.recorded_by.full_name,
            )
        )
    return rows
