"""A repayment undone by its mirror: asked by one person, decided by another (SD11, I9)."""

from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import once
from alize.common.errors import InvalidInput
from alize.outbox.operations import enqueue
from funds import permissions
from funds.enums import ReversalStatus
from funds.models import Advance, Movement, Reversal
from funds.operations.receipts import check_receipt
from funds.rules import EventKind


def propose_reversal(
    *, movement_id: int, value_on: date, reason: str, by: Person, at: datetime, command_key: UUID
) -> Reversal:
    """Ask the second signatory to undo a repayment: typed wrong, or a debit that came back.

    :raises ActionDenied: it is no repayment, was undone already, or its reversal waits already.
    :raises InvalidInput: the day has not come, or precedes the repayment.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> dict[str, int]:
        Advance.objects.select_for_update(of=("self",)).get(movements=movement_id)
        wrong = Movement.objects.get(pk=movement_id)
        permissions.propose_reversal(wrong)
        check_receipt(amount=wrong.amount, on=value_on, at=at, day="value_on")
        if value_on < wrong.value_on:
            raise InvalidInput(
                "La correction ne peut pas précéder l'encaissement.", field="value_on"
            )
        reversal = Reversal.objects.create(
            movement=wrong,
            value_on=value_on,
            reason=reason,
            proposed_at=at,
            proposed_by=by,
            command_key=command_key,
        )
        audit.record("reversal.proposed", target=reversal, by=by, at=at, movement=wrong.pk)
        return {"reversal": reversal.pk}

    asked = {"act": "reversal", "movement": movement_id, "on": value_on, "reason": reason}
    result = once(command_key, payload=asked, by=by, at=at, act=act)
    return Reversal.objects.get(pk=result["reversal"])


@transaction.atomic
def approve_reversal(*, reversal_id: int, by: Person, at: datetime) -> Movement:
    """Undo the repayment by its exact mirror; approved twice by the same person, it is once.

    :raises ActionDenied: it is decided already, or `by` asked for it.
    """
    reversal = _locked(reversal_id)
    if reversal.status == ReversalStatus.APPROVED and reversal.decided_by_id == by.pk:
        return reversal.mirror
    _decide(reversal, ReversalStatus.APPROVED, by=by, at=at)
    wrong = reversal.movement
    mirror = Movement.objects.create(
        advance=wrong.advance,
        kind=EventKind.BOUNCE,
        value_on=reversal.value_on,
        amount=wrong.amount,
        reverses=wrong,
        reversal=reversal,
        recorded_at=at,
        recorded_by=by,
        command_key=uuid4(),
    )
    enqueue("figures.changed", key=f"movement:{mirror.pk}:{at.isoformat()}")
    audit.record("repayment.reversed", target=mirror, by=by, at=at, reverses=wrong.pk)
    return mirror


@transaction.atomic
def refuse_reversal(*, reversal_id: int, by: Person, at: datetime) -> Reversal:
    """Leave the repayment as it is; refused twice by the same person, it is once.

    :raises ActionDenied: it is decided already, or `by` asked for it.
    """
    reversal = _locked(reversal_id)
    if reversal.status == ReversalStatus.REFUSED and reversal.decided_by_id == by.pk:
        return reversal
    _decide(reversal, ReversalStatus.REFUSED, by=by, at=at)
    audit.record("reversal.refused", target=reversal, by=by, at=at)
    return reversal


def _locked(reversal_id: int) -> Reversal:
    """The request, behind the lock of its advance that every act on money takes first."""
    Advance.objects.select_for_update(of=("self",)).get(movements__reversals=reversal_id)
    return (
        Reversal.objects.select_for_update(of=("self",))
        .select_related("movement__advance")
        .get(pk=reversal_id)
    )


def _decide(reversal: Reversal, status: ReversalStatus, *, by: Person, at: datetime) -> None:
    permissions.decide_reversal(reversal, by)
    reversal.status, reversal.decided_at, reversal.decided_by = status, at, by
    reversal.save(update_fields=["status", "decided_at", "decided_by"])
