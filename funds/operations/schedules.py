"""The plan of an advance: replaced by a decision of the committee, never changed (2.5)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.outbox.operations import enqueue
from committees.models import Decision
from funds import permissions, queries
from funds.enums import ScheduleReason
from funds.models import Advance, Entry, ScheduleLine, ScheduleVersion
from funds.operations.ledger import lock_advance, lock_ledger
from funds.rules import Installment, check_irregular_schedule


def reschedule(
    *,
    advance_id: int,
    decision_id: int,
    reason: ScheduleReason,
    rows: Sequence[tuple[date, int]],
    effective_on: date,
    note: str,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> ScheduleVersion:
    """Replace the plan of what is still owed, as the committee decided: reschedule or moratorium.

    The plan before stays readable by its dates; the advance is restructured for good.

    :raises ActionDenied: nothing is owed, or the committee did not accept it on this advance.
    :raises InvalidInput: the lines do not add up to what is owed, or a date comes too early: before
        the decision, or before the plan in force.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> ScheduleVersion:
        advance = lock_advance(advance_id)
        lock_ledger()
        owed = queries.owed(advance)
        permissions.reschedule(advance, decision_id, reason, owed=owed)
        lines = _lines(owed, rows, since=effective_on)
        before = queries.book_of(advance).versions
        in_force_on = max(version.effective_on for version in before)
        _check_effect(effective_on, decision_id=decision_id, in_force_on=in_force_on)
        version = write_schedule(
            advance,
            no=len(before) + 1,
            effective_on=effective_on,
            opening=Entry.objects.order_by("-pk").first(),
            reason=reason,
            lines=lines,
            decision_id=decision_id,
            note=note,
            by=by,
            at=at,
        )
        enqueue("figures.changed", key=f"schedule:{version.pk}:{at.isoformat()}")
        audit.record(
            "schedule.replaced", target=version, by=by, at=at, reason=reason, decision=decision_id
        )
        return version

    asked = {
        "act": "reschedule",
        "advance": advance_id,
        "decision": decision_id,
        "reason": reason,
        "rows": [(due_on.isoformat(), amount) for due_on, amount in rows],
        "on": effective_on,
        "note": note,
    }
    return made_once(ScheduleVersion, command_key, payload=asked, by=by, at=at, act=act)


def _lines(owed: int, rows: Sequence[tuple[date, int]], *, since: date) -> Sequence[Installment]:
    """:raises InvalidInput: they do not add up to what is owed, or begin before the plan does."""
    try:
        lines = check_irregular_schedule(amount=owed, rows=rows)
    except ValueError as error:
        raise InvalidInput(str(error), field="rows") from error
    if lines[0].due_on < since:
        raise InvalidInput("La première échéance précède la date d'effet.", field="rows")
    return lines


def _check_effect(effective_on: date, *, decision_id: int, in_force_on: date) -> None:
    """:raises InvalidInput: the plan begins before its decision, or before the one in force."""
    decided_on = Decision.objects.values_list("decided_on", flat=True).get(pk=decision_id)
    if effective_on < decided_on:
        raise InvalidInput(
            f"Cette date précède la décision du comité, du {short_date(decided_on)}.",
            field="effective_on",
        )
    if effective_on < in_force_on:
        raise InvalidInput(
            "Cette date précède celle de l'échéancier en vigueur.", field="effective_on"
        )


def restore_schedule(advance: Advance, *, undone: Entry, by_mirror: Entry) -> None:
    """Write the plan as it is without a payment that was undone.

    The caller holds the advance. A first payment alone leaves nothing to plan; what the committee
    wrote since stands, less its last instalments.
    """
    lines = queries.lines_without(advance, undone)
    if not lines:
        return
    last = advance.schedule_versions.latest("no")
    write_schedule(
        advance,
        no=last.no + 1,
        effective_on=by_mirror.value_on,
        opening=by_mirror,
        reason=ScheduleReason.TRANCHE,
        lines=lines,
        note=f"Versement du {short_date(undone.value_on)} annulé",
        by=by_mirror.recorded_by,
        at=by_mirror.recorded_at,
    )


def restore_what_was_lost(advance: Advance, *, undone: Entry, by_mirror: Entry) -> None:
    """Ask again for what a loss had taken, when the committee wrote another plan since.

    The caller holds the advance.
    """
    lines = queries.lines_with_loss_back(advance)
    if not lines:
        return
    last = advance.schedule_versions.latest("no")
    write_schedule(
        advance,
        no=last.no + 1,
        effective_on=max(by_mirror.value_on, last.effective_on),
        opening=by_mirror,
        reason=ScheduleReason.TRANCHE,
        lines=lines,
        note=f"Perte du {short_date(undone.value_on)} annulée",
        by=by_mirror.recorded_by,
        at=by_mirror.recorded_at,
    )


def write_schedule(
    advance: Advance,
    *,
    no: int,
    effective_on: date,
    opening: Entry | None,
    reason: ScheduleReason,
    lines: Sequence[Installment],
    by: Person,
    at: datetime,
    decision_id: int | None = None,
    note: str = "",
) -> ScheduleVersion:
    """Add a version and its lines; the sum is checked while somebody can still answer."""
    version = ScheduleVersion.objects.create(
        advance=advance,
        no=no,
        effective_on=effective_on,
        opening_entry=opening,
        reason=reason,
        decision_id=decision_id,
        note=note,
        covers=sum(line.amount for line in lines),
        recorded_at=at,
        recorded_by=by,
    )
    ScheduleLine.objects.bulk_create(
        ScheduleLine(version=version, rank=line.rank, due_on=line.due_on, amount=line.amount)
        for line in lines
    )
    connection.check_constraints()
    return version
