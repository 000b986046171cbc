"""What all have signed, given up before its day: asked by one person, decided by another (R60)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.common.words import closed
from alize.notifications.operations import Recipient, send_mail
from basins.telling import tell_staff
from conventions import permissions
from conventions.models import CooperationConvention
from conventions.operations.preparing import GIVEN_UP, cancel_now, forget_void, locked
from conventions.queries.voiding import deciders_named, decides_void, void_deciders
from projects.queries.visibility import not_withdrawn


@transaction.atomic
def ask_void(*, convention_id: int, reason: str, by: Person, at: datetime) -> CooperationConvention:
    """Ask the presidency to give up a sealed convention whose day has not come; twice, it is once.

    Who decides is told (M77): the presidency, who replaces it on this file, or ASTREES.

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
    _tell_deciders(convention, on=timezone.localdate(at))
    return convention


def _tell_deciders(convention: CooperationConvention, *, on: date) -> None:
    path = basin_reverse("convention_void", reference=convention.reference)
    key = f"{convention.pk}:{convention.void_asked_at}"
    words: dict[str, Any] = {
        "company": convention.project.beneficiary.name,
        "reason": convention.void_reason,
    }
    deciders = void_deciders(convention, on=on)
    for person in deciders:
        send_mail("M77", to=Recipient.of(person), path=path, key=key, **words)
    if not deciders:
        tell_staff("M77", path=path, key=key, **words)


@transaction.atomic
def decide_void(
    *, convention_id: int, accepted: bool, by: Person, at: datetime
) -> CooperationConvention:
    """Give the convention up, whose signers are told why (M47), or keep it; twice, it is once.

    Who asked for it is told what came of it (M78). Given up, another one may be prepared for the
    same decision.

    :raises ActionDenied: nobody asks it, its day has come, `by` asked for it, has withdrawn from
        the file, or neither presides nor replaces who does.
    """
    convention = locked(convention_id)
    if convention.cancelled_by_id == by.pk:
        return convention
    today = timezone.localdate(at)
    decides = decides_void(convention, by, on=today)
    who = deciders_named(convention, on=today)
    permissions.decide_void(convention, by, today, decides=decides, who=who)
    _tell_asker(convention, accepted=accepted, on=today)
    if accepted:
        reason = f"{closed(convention.void_reason)} {GIVEN_UP}"
        cancel_now(convention, reason=reason, by=by, at=at)
        return convention
    forget_void(convention)
    audit.record("convention.void_refused", target=convention, by=by, at=at)
    return convention


def _tell_asker(convention: CooperationConvention, *, accepted: bool, on: date) -> None:
    askers = filter(None, [convention.void_asked_by])
    for person in not_withdrawn(askers, convention.project_id, on=on):
        send_mail(
            "M78",
            to=Recipient.of(person),
            path=basin_reverse("convention_detail", reference=convention.reference),
            key=f"{convention.pk}:{convention.void_asked_at}",
            company=convention.project.beneficiary.name,
            outcome="annulée" if accepted else "maintenue",
            follows=(
                "Elle n'engage personne ; une autre peut être préparée pour la même décision."
                if accepted
                else f"Elle prend effet le {long_date(convention.starts_on)}."
            ),
        )
