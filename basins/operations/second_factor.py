"""A lost second factor: removed by two persons, a day after its owner was told (SD13).

And whether a basin asks one of the members of its committee (security.md 2.1).
"""

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit.operations import record
from alize.common.addresses import basin_reverse
from alize.common.dates import long_datetime
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import permissions
from basins.models import Basin, SecondFactorReset
from basins.queries import national_staff
from basins.tenancy import forget

DELAY = timedelta(hours=24)


@transaction.atomic
def ask_reset(
    *, person_id: int, basin: Basin | None, page: str, reason: str, by: Person, at: datetime
) -> SecondFactorReset:
    """Ask for the removal of a second factor; its owner and those who may approve are told.

    `page` names the page where they approve: of the basin, or of the network without one.

    :raises ActionDenied: one asks for oneself, the person has no second factor, or nobody may
        approve.
    """
    person = Person.objects.select_for_update().get(pk=person_id)
    has_factor = Authenticator.objects.filter(user_id=person.pk).exists()
    approvers = [
        one for one in national_staff(on=timezone.localdate(at)) if one.pk not in {person.pk, by.pk}
    ]
    permissions.ask_reset(person, by, has_factor=has_factor, approved_by_any=bool(approvers))
    reset = SecondFactorReset.objects.create(
        person=person,
        basin=basin,
        reason=reason,
        asked_at=at,
        asked_by=Person.objects.get(pk=by.pk),
        due_at=at + DELAY,
    )
    sender = basin.name if basin else ""
    send_mail(
        "M34",
        to=Recipient.of(person),
        path=reverse("second_factor_reset_mine"),
        key=str(reset.pk),
        sender=sender,
        asker=by.full_name,
        moment=long_datetime(reset.due_at),
    )
    key = {"reset_id": reset.pk}
    for approver in approvers:
        send_mail(
            "M35",
            to=Recipient.of(approver),
            path=basin_reverse(page, basin=basin, **key) if basin else reverse(page, kwargs=key),
            key=str(reset.pk),
            sender=sender,
            asker=by.full_name,
            person=person.full_name,
        )
    record("second_factor.reset_asked", target=reset, by=by, at=at, person=person.pk)
    return reset


@transaction.atomic
def approve_reset(*, reset_id: int, by: Person, at: datetime) -> SecondFactorReset:
    """Agree; the second factor is removed once the day is over.

    :raises ActionDenied: it is decided already, or `by` asked for it, or it is theirs.
    """
    reset = _locked(reset_id)
    permissions.approve_reset(reset, by)
    reset.approved_at, reset.approved_by = at, Person.objects.get(pk=by.pk)
    reset.save(update_fields=["approved_at", "approved_by"])
    enqueue(
        "basins.reset_second_factor",
        key=str(reset.pk),
        due_at=max(reset.due_at, at),
        reset_id=reset.pk,
    )
    record("second_factor.reset_approved", target=reset, by=by, at=at, person=reset.person_id)
    return reset


@transaction.atomic
def stop_reset(*, reset_id: int, by: Person, at: datetime) -> SecondFactorReset:
    """Keep the second factor: the person did not ask for this, or has found it again.

    :raises ActionDenied: it is done, or stopped already.
    """
    reset = _locked(reset_id)
    permissions.stop_reset(reset)
    reset.stopped_at, reset.stopped_by = at, Person.objects.get(pk=by.pk)
    reset.save(update_fields=["stopped_at", "stopped_by"])
    record("second_factor.reset_stopped", target=reset, by=by, at=at, person=reset.person_id)
    return reset


@transaction.atomic
def carry_out_reset(*, reset_id: int, at: datetime) -> bool:
    """Remove the second factors and end the sessions; returns whether it was done now."""
    reset = _locked(reset_id)
    if not permissions.carry_out_reset.allows(reset, at=at):
        return False
    Authenticator.objects.filter(user_id=reset.person_id).delete()
    for session in UserSession.objects.filter(user_id=reset.person_id):
        session.end()
    reset.done_at = at
    reset.save(update_fields=["done_at"])
    send_mail(
        "M32",
        to=Recipient.of(reset.person),
        path=reverse("account_home"),
        key=f"reset:{reset.pk}",
        sender=reset.basin.name if reset.basin else "",
        change="second facteur remis à zéro",
    )
    record("second_factor.reset", target=reset, at=at, person=reset.person_id)
    return True


def _locked(reset_id: int) -> SecondFactorReset:
    return (
        SecondFactorReset.objects.select_for_update(of=("self",))
        .select_related("person", "basin")
        .get(pk=reset_id)
    )


@transaction.atomic
def require_of_members(*, basin: Basin, required: bool, by: Person, at: datetime) -> bool:
    """Ask a second factor of the members of the committee from now on, or leave it to them.

    Returns whether this changes anything.
    """
    changed = Basin.objects.filter(pk=basin.pk, members_show_factor=not required).update(
        members_show_factor=required
    )
    if changed:
        record("basin.members_factor", by=by, at=at, basin=basin.pk, required=required)
        transaction.on_commit(lambda: forget(basin.slug))
    return bool(changed)
