"""Who may enter a basin: invitations, roles that end (security.md 2.2, SD12)."""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from alize.accounts.models import Person, User
from alize.accounts.operations import open_account
from alize.audit.commands import made_once
from alize.audit.operations import record
from alize.common.errors import ActionDenied, InvalidInput
from alize.notifications.operations import Recipient, send_mail
from basins.access import GRANTS
from basins.enums import NATIONAL_ROLES, Role
from basins.links import digest
from basins.models import Basin, Invitation, Membership
from basins.queries import roles_of
from basins.rules import last_day

INVITATION_LASTS = timedelta(days=7)


def grantable(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles that somebody with these roles may give to others."""
    return frozenset().union(*(GRANTS.get(role, frozenset()) for role in roles))


def _check_may_grant(by: Person, role: Role, *, basin: Basin | None, on: date) -> None:
    if role not in grantable(roles_of(by, basin=basin, on=on)):
        raise ActionDenied(f"Votre rôle ne permet pas d'attribuer celui-ci : {role.label}.")


@transaction.atomic
def invite(
    *,
    email: str,
    first_name: str,
    last_name: str,
    role: Role,
    basin: Basin | None,
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Invitation:
    """Invite somebody to a role: one mail, seven days, one use, one address; once a key.

    The answer is the same whether the address has an account or not (security.md T17).

    :raises ActionDenied: the role of `by` does not grant this one.
    :raises InvalidInput: the role stands in a basin and none is given, or one invites oneself.
    """
    if (role in NATIONAL_ROLES) != (basin is None):
        raise InvalidInput("Ce rôle ne se tient pas à cet endroit.", field="role")
    address = email.strip().lower()
    if address == by.email.lower():
        raise InvalidInput("On ne s'attribue pas un rôle à soi-même.", field="email")
    _check_may_grant(by, role, basin=basin, on=at.date())

    def act() -> Invitation:
        waiting = Invitation.objects.filter(
            email__iexact=address, basin=basin, role=role, accepted_at=None
        )
        waiting.filter(expires_at__gt=at).update(expires_at=at)
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            email=address,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            basin=basin,
            role=role,
            token_digest=digest(token),
            created_at=at,
            created_by=Person.objects.get(pk=by.pk),
            expires_at=at + INVITATION_LASTS,
        )
        send_mail(
            "M00",
            to=Recipient(address, f"{first_name} {last_name}".strip()),
            path=reverse("invitation_accept", kwargs={"token": token}),
            key=str(invitation.pk),
            sender=basin.name if basin else "",
            inviter=by.full_name,
            role=role.label,
        )
        record(
            "invitation.sent", target=invitation, by=by, at=at, role=role.value, basin=_id(basin)
        )
        return invitation

    if command_key is None:
        return act()
    names = {"first_name": first_name, "last_name": last_name}
    payload = {"email": address, "role": role.value, "basin": _id(basin), **names}
    return made_once(Invitation, command_key, payload=payload, by=by, at=at, act=act)


def find_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a token while it can be accepted."""
    return (
        Invitation.objects.select_related("basin", "created_by")
        .filter(token_digest=digest(token), accepted_at=None, expires_at__gt=at)
        .first()
    )


@transaction.atomic
def accept_invitation(*, invitation_id: int, password: str | None, at: datetime) -> User:
    """Open the account if there is none, and give the role of the invitation, once.

    :raises ActionDenied: it was accepted, replaced or has expired meanwhile, or whoever sent it
        may not grant this role any more.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("basin", "created_by")
        .get(pk=invitation_id)
    )
    if invitation.accepted_at or invitation.expires_at <= at:
        raise ActionDenied("Cette invitation a déjà servi ou n'est plus valable.")
    role, basin = Role(invitation.role), invitation.basin
    _check_may_grant(invitation.created_by, role, basin=basin, on=at.date())
    user = open_account(
        email=invitation.email,
        first_name=invitation.first_name,
        last_name=invitation.last_name,
        password=password,
    )
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    _grant(user, role, basin=basin, by=invitation.created_by, at=at)
    return user


def _grant(user: User, role: Role, *, basin: Basin | None, by: Person | None, at: datetime) -> None:
    """Give a role from today on to whoever does not hold it yet; what is limited is renewed."""
    today = at.date()
    person = Person.objects.get(pk=user.pk)
    held = Membership.objects.held_on(today).filter(person=person, basin=basin, role=role)
    # Given today, it has all its time.
    if held.filter(Q(ends_on=None) | Q(starts_on=today)).exists():
        return
    held.update(ends_on=today - timedelta(days=1))
    membership = Membership.objects.create(
        person=person,
        basin=basin,
        role=role,
        starts_on=today,
        ends_on=last_day(role, today),
        granted_by=by,
    )
    record("role.granted", target=membership, by=by, at=at, role=role.value, basin=_id(basin))


@transaction.atomic
def open_first_account(
    *, email: str, first_name: str, last_name: str, password: str, at: datetime
) -> User:
    """Give the national administration its first account: whoever runs the server does, by command.

    :raises InvalidInput: the address has an account; those are given roles by invitation.
    """
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise InvalidInput("Cette adresse a déjà un compte : un rôle se donne par invitation.")
    user = open_account(email=email, first_name=first_name, last_name=last_name, password=password)
    _grant(user, Role.NATIONAL_STAFF, basin=None, by=None, at=at)
    return user


@transaction.atomic
def withdraw_invitation(*, invitation_id: int, basin: Basin, by: Person, at: datetime) -> None:
    """Make an invitation that waits unusable.

    :raises ActionDenied: the role of `by` does not grant this one.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(
        pk=invitation_id, basin=basin, accepted_at=None
    )
    _check_may_grant(by, Role(invitation.role), basin=basin, on=at.date())
    if invitation.expires_at > at:
        invitation.expires_at = at
        invitation.save(update_fields=["expires_at"])
        record("invitation.withdrawn", target=invitation, by=by, at=at, basin=_id(basin))


@transaction.atomic
def end_role(*, membership_id: int, basin: Basin, by: Person, at: datetime) -> Membership:
    """End a role today; the person loses it at their next request (security.md S11).

    :raises ActionDenied: the role of `by` does not grant this one, it is their own, or it is over.
    """
    today = at.date()
    membership = Membership.objects.select_for_update(of=("self",)).get(
        pk=membership_id, basin=basin
    )
    _check_may_grant(by, Role(membership.role), basin=basin, on=today)
    if membership.person_id == by.pk:
        raise ActionDenied("On ne met pas fin à son propre rôle : demandez à un collègue.")
    if membership.ends_on is not None and membership.ends_on < today:
        raise ActionDenied("Ce rôle a déjà pris fin.")
    # A role is held on its last day included: it ends yesterday, or was never held.
    yesterday = today - timedelta(days=1)
    if membership.starts_on > yesterday:
        membership.delete()
    else:
        membership.ends_on = yesterday
        membership.save(update_fields=["ends_on"])
    record(
        "role.ended",
        by=by,
        at=at,
        membership=membership_id,
        person=membership.person_id,
        role=membership.role,
        basin=_id(basin),
    )
    return membership


def _id(basin: Basin | None) -> int | None:
    return basin.pk if basin else None
