"""What all have signed, given up before its day: asked by one person, decided by another (R60)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from conventions import permissions
from conventions.models import CooperationConvention
from conventions.operations.preparing import GIVEN_UP, cancel_now, forget_void, locked


@transaction.atomic
def ask_void(*, convention_id: int, reason: str, by: Person, at: datetime) -> CooperationConvention:
    """Ask the presidency to give up a sealed convention whose day has not come; twice, it is once.

    :raises ActionDenied: somebody has not signed, its day has come, or it is asked already.
    :raises InvalidInput: no reason is given.
    """
    convention = locked(convention_id)
    if convention.void_asked_by_id == by.pk:
        return convention
    permissions.ask_void(convention, timezone.localdate(at))
    if not reason.strip():
        raise InvalidInput("Dites pourquoi cette convention serait annulée.", field="reason")
    convention.void_asked_at, convention.void_asked_by = at, by
    convention.void_reason = reason.strip()
    convention.save(update_fields=["void_asked_at", "void_asked_by", "void_reason"])
    audit.record("convention.void_asked", target=convention, by=by, at=at)
    return convention


@transaction.atomic
def decide_void(
    *, convention_id: int, accepted: bool, by: Person, at: datetime
) -> CooperationConvention:
    """Give the convention up, whose signers are told why (M47), or keep it; twice, it is once.

    Given up, another one may be prepared for the same decision.

    :raises ActionDenied: nobody asks it, its day has come, or `by` asked for it.
    """
    convention = locked(convention_id)
    if convention.cancelled_by_id == by.pk:
        return convention
    permissions.decide_void(convention, by, timezone.localdate(at))
    if accepted:
        reason = f"{convention.void_reason} {GIVEN_UP}"
        cancel_now(convention, reason=reason, by=by, at=at)
        return convention
    forget_void(convention)
    audit.record("convention.void_refused", target=convention, by=by, at=at)
    return convention
