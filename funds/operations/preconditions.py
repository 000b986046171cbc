"""What must be there before an advance is paid: a checklist, each line signed off or waived."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from funds import permissions
from funds.models import Advance, Precondition
from funds.operations.ledger import lock_advance
from funds.operations.receipts import check_day
from funds.queries.transfers import may_still_leave
from signatures.models import CircuitSigner

USUAL = ("Plan de financement bouclé : accord des autres financeurs reçu",)
"""What is asked of every advance, beside the bank details; the operator adds the rest."""


def open_checklist(advance: Advance) -> None:
    """Start the checklist of an advance when its convention is signed."""
    Precondition.objects.bulk_create(Precondition(advance=advance, label=one) for one in USUAL)


@transaction.atomic
def add_precondition(
    *,
    advance_id: int,
    label: str,
    due_on: date | None,
    contested: CircuitSigner | None = None,
    by: Person | None,
    at: datetime,
) -> Precondition:
    """Ask one thing more before the payment; the same one asked twice is once.

    `contested` is the signature that it waits for, and that alone meets it.

    :raises ActionDenied: the advance is paid in full, or cancelled.
    """
    advance = lock_advance(advance_id)
    # A signature contested once all is paid is still noted: it says what the payment rested on.
    to_leave = contested is not None or may_still_leave(advance)
    permissions.add_precondition(advance, to_leave=to_leave)
    same = Q(contested=contested) if contested else Q(label=label)
    known = advance.preconditions.filter(same).first()
    if known is not None:
        return known
    condition = Precondition.objects.create(
        advance=advance, label=label, due_on=due_on, contested=contested
    )
    audit.record("precondition.added", target=condition, by=by, at=at, advance=advance.pk)
    return condition


@transaction.atomic
def meet_precondition(
    *, precondition_id: int, met_on: date, by: Person, at: datetime
) -> Precondition:
    """Sign off one line of the checklist; signed off twice by the same person, it is once.

    :raises ActionDenied: it was signed off by somebody else, or waived.
    :raises InvalidInput: the day has not come.
    """
    condition = _locked(precondition_id)
    if condition.met_by_id == by.pk and condition.met_on == met_on:
        return condition
    permissions.settle_precondition(condition)
    check_day(on=met_on, at=at, field="met_on")
    condition.met_on, condition.met_at, condition.met_by = met_on, at, by
    condition.save(update_fields=["met_on", "met_at", "met_by"])
    audit.record("precondition.met", target=condition, by=by, at=at, on=met_on.isoformat())
    return condition


@transaction.atomic
def meet_contested(*, signer_ids: Collection[int], by: Person, at: datetime) -> None:
    """Meet the conditions that waited for these signatures, now that they hold; once."""
    waiting = Precondition.objects.filter(contested__in=signer_ids, met_at=None)
    for condition_id in waiting.order_by("pk").values_list("pk", flat=True):
        condition = _locked(condition_id)
        condition.met_on, condition.met_at, condition.met_by = timezone.localdate(at), at, by
        condition.save(update_fields=["met_on", "met_at", "met_by"])
        audit.record(
            "precondition.met", target=condition, by=by, at=at, on=condition.met_on.isoformat()
        )


@transaction.atomic
def waive_precondition(
    *, precondition_id: int, reason: str, by: Person, at: datetime
) -> Precondition:
    """Do without one line, for a reason that stays; waived twice by the same person, it is once.

    :raises ActionDenied: it was signed off, or waived by somebody else.
    :raises InvalidInput: no reason is given.
    """
    condition = _locked(precondition_id)
    if condition.waived_by_id == by.pk:
        return condition
    permissions.settle_precondition(condition)
    if not reason.strip():
        raise InvalidInput("Dites pourquoi cette condition n'est pas demandée.", field="reason")
    condition.waiver, condition.waived_at, condition.waived_by = reason.strip(), at, by
    condition.save(update_fields=["waiver", "waived_at", "waived_by"])
    audit.record("precondition.waived", target=condition, by=by, at=at)
    return condition


def _locked(precondition_id: int) -> Precondition:
    """The line, behind the lock of its advance that a payment takes as well."""
    Advance.objects.select_for_update(of=("self",)).get(preconditions=precondition_id)
    return Precondition.objects.select_for_update().get(pk=precondition_id)
