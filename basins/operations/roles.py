"""Who may enter a basin: invitations, roles that end (security.md 2.2, SD12)."""

import secrets
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.accounts.links import digest
from alize.accounts.models import Person, User
from alize.accounts.operations import open_account
from alize.audit.commands import made_once
from alize.audit.operations import record
from alize.common.dates import PARIS, long_date
from alize.common.errors import ActionDenied, InvalidInput
from alize.common.trigger_sentences import TRIGGER_SENTENCES
from alize.notifications.operations import Recipient, send_mail
from basins.access import GRANTS
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Acquaintance, Basin, Invitation, Membership
from basins.queries import roles_of
from basins.rules import held_between, last_day, period_in_words
from basins.telling import warn_of_role

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
    starts_on: date | None = None,
    ends_on: date | None = None,
    command_key: UUID | None = None,
) -> Invitation:
    """Invite somebody to a role, from a day to a day: one mail, one use, one address; once a key.

    It waits seven days, and never beyond the role itself. The answer is the same whether the
    address has an account or not (security.md T17).

    :raises ActionDenied: the role of `by` does not grant this one.
    :raises InvalidInput: the role stands in a basin and none is given, one invites oneself, or the
        role would last no day, or longer than it may.
    """
    address, today = email.strip().lower(), timezone.localdate(at)
    _check_invited(address, role, basin=basin, by=by)
    _check_may_grant(by, role, basin=basin, on=today)
    if starts_on is not None and starts_on < today:
        raise InvalidInput("Ce jour est passé : choisissez-en un autre.", field="starts_on")
    _check_days(role, starts_on=starts_on or today, ends_on=ends_on, on=today)

    def act() -> Invitation:
        Invitation.objects.filter(
            email__iexact=address, basin=basin, role=role, accepted_at=None, expires_at__gt=at
        ).update(expires_at=at)
        token = secrets.token_urlsafe(32)
        invitation = Invitation.objects.create(
            email=address,
            first_name=first_name.strip(),
            last_name=last_name.strip(),
            basin=basin,
            role=role,
            starts_on=starts_on,
            ends_on=ends_on,
            token_digest=digest(token),
            created_at=at,
            created_by=Person.objects.get(pk=by.pk),
            expires_at=_waits_until(ends_on, at=at),
        )
        _send(invitation, token, by=by)
        record(
            "invitation.sent",
            target=invitation,
            by=by,
            at=at,
            role=role.value,
            basin=_id(basin),
            **_days(starts_on, ends_on),
        )
        return invitation

    if command_key is None:
        return act()
    names = {"first_name": first_name, "last_name": last_name}
    payload = {"email": address, "role": role.value, "basin": _id(basin), **names}
    payload |= _days(starts_on, ends_on)
    return made_once(Invitation, command_key, payload=payload, by=by, at=at, act=act)


def _check_invited(address: str, role: Role, *, basin: Basin | None, by: Person) -> None:
    """A role of the network is held in no basin, every other in one, and nobody invites oneself."""
    if (role in NATIONAL_ROLES) != (basin is None):
        raise InvalidInput("Ce rôle ne se tient pas à cet endroit.", field="role")
    if address == by.email.lower():
        raise InvalidInput("On ne s'attribue pas un rôle à soi-même.", field="email")


def _send(invitation: Invitation, token: str, *, by: Person) -> None:
    role, basin = Role(invitation.role), invitation.basin
    send_mail(
        "M00",
        to=Recipient(invitation.email, f"{invitation.first_name} {invitation.last_name}".strip()),
        path=reverse("invitation_accept", kwargs={"token": token}),
        key=str(invitation.pk),
        sender=basin.name if basin else "",
        inviter=by.full_name,
        role=role.label,
        period=period_in_words(role, invitation.starts_on, invitation.ends_on),
    )


def find_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a token while it can be accepted."""
    return (
        Invitation.objects.select_related("basin", "created_by")
        .filter(token_digest=digest(token), accepted_at=None, expires_at__gt=at)
        .first()
    )


def inviter_of(token: str) -> Person | None:
    """Who sent the invitation behind a token, whatever became of it."""
    invitation = (
        Invitation.objects.select_related("created_by").filter(token_digest=digest(token)).first()
    )
    return invitation.created_by if invitation else None


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
    today = timezone.localdate(at)
    _check_may_grant(invitation.created_by, role, basin=basin, on=today)
    days = held_between(
        role, asked_from=invitation.starts_on, asked_until=invitation.ends_on, on=today
    )
    user = open_account(
        email=invitation.email,
        first_name=invitation.first_name,
        last_name=invitation.last_name,
        password=password,
    )
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    _grant(user, role, basin=basin, by=invitation.created_by, at=at, days=days)
    return user


def _grant(
    user: User,
    role: Role,
    *,
    basin: Basin | None,
    by: Person | None,
    at: datetime,
    days: tuple[date, date | None],
) -> None:
    """Give a role for some days to whoever does not hold it then; what overlaps is renewed."""
    starts_on, ends_on = days
    person = Person.objects.get(pk=user.pk)
    same = Membership.objects.not_over(starts_on).filter(person=person, basin=basin, role=role)
    for held in same if ends_on is None else same.filter(starts_on__lte=ends_on):
        lasts = held.ends_on is None or (ends_on is not None and held.ends_on >= ends_on)
        if held.starts_on <= starts_on and lasts:
            return
        if held.starts_on < starts_on:
            held.ends_on = starts_on - timedelta(days=1)
            held.save(update_fields=["ends_on"])
        else:
            ends_on = held.ends_on if lasts else ends_on
            held.delete()
    membership = Membership.objects.create(
        person=person,
        basin=basin,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        granted_by=by,
    )
    if by is not None:
        warn_of_role(membership, by=by, at=at)
    record(
        "role.granted",
        target=membership,
        by=by,
        at=at,
        role=role.value,
        basin=_id(basin),
        **_days(starts_on, ends_on),
    )


def introduce(*, people: Iterable[Person], basin: Basin) -> None:
    """Let a basin know people who hold no role there; a trigger does for those who do."""
    Acquaintance.objects.bulk_create(
        (Acquaintance(person=person, basin=basin) for person in people), ignore_conflicts=True
    )


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
    days = (timezone.localdate(at), None)
    _grant(user, Role.NATIONAL_STAFF, basin=None, by=None, at=at, days=days)
    return user


@transaction.atomic
def withdraw_invitation(
    *, invitation_id: int, basin: Basin | None, by: Person, at: datetime
) -> None:
    """Make an invitation that waits unusable.

    :raises ActionDenied: the role of `by` does not grant this one.
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).get(
        pk=invitation_id, basin=basin, accepted_at=None
    )
    _check_may_grant(by, Role(invitation.role), basin=basin, on=timezone.localdate(at))
    if invitation.expires_at > at:
        invitation.expires_at = at
        invitation.save(update_fields=["expires_at"])
        record("invitation.withdrawn", target=invitation, by=by, at=at, basin=_id(basin))


@transaction.atomic
def end_role(*, membership_id: int, basin: Basin | None, by: Person, at: datetime) -> Membership:
    """End a role today; the person loses it at their next request (security.md S11).

    :raises ActionDenied: the role of `by` does not grant this one, it is their own, it is over, or
        nobody else administers the network.
    """
    today = timezone.localdate(at)
    membership = _to_change(membership_id, basin=basin, by=by, on=today)
    _check_staff_remains(membership, on=today)
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


@transaction.atomic
def change_last_day(
    *, membership_id: int, basin: Basin | None, ends_on: date | None, by: Person, at: datetime
) -> Membership:
    """Change the last day of a role, from today on; None for one that somebody will end.

    :raises ActionDenied: as for `end_role`.
    :raises InvalidInput: the day is over, precedes the role, or the role may not last until then.
    """
    today = timezone.localdate(at)
    membership = _to_change(membership_id, basin=basin, by=by, on=today)
    role = Role(membership.role)
    _check_days(role, starts_on=membership.starts_on, ends_on=ends_on, on=today)
    if ends_on is not None:
        _check_staff_remains(membership, on=today)
    elif last_day(role, membership.starts_on) is not None:
        raise InvalidInput("Un contrôle a toujours un dernier jour : écrivez-le.", field="ends_on")
    if membership.ends_on != ends_on:
        membership.ends_on = ends_on
        membership.save(update_fields=["ends_on"])
        record(
            "role.last_day_changed",
            target=membership,
            by=by,
            at=at,
            role=role.value,
            basin=_id(basin),
            **_days(membership.starts_on, ends_on),
        )
    return membership


def _to_change(membership_id: int, *, basin: Basin | None, by: Person, on: date) -> Membership:
    """A role that is not over, of somebody else, that one may give."""
    held = Membership.objects.select_for_update(of=("self",)).filter(basin=basin)
    if basin is None:
        # All of them, in order: of two who end each other's role, the second waits and is refused.
        list(held.filter(role=Role.NATIONAL_STAFF).order_by("pk"))
    membership = held.get(pk=membership_id)
    _check_may_grant(by, Role(membership.role), basin=basin, on=on)
    if membership.person_id == by.pk:
        raise ActionDenied("On ne met pas fin à son propre rôle : demandez à un collègue.")
    if membership.ends_on is not None and membership.ends_on < on:
        raise ActionDenied("Ce rôle a déjà pris fin.")
    return membership


def _check_staff_remains(membership: Membership, *, on: date) -> None:
    if membership.role != Role.NATIONAL_STAFF:
        return
    others = Membership.objects.held_on(on).filter(
        role=Role.NATIONAL_STAFF, ends_on=None, person__is_active=True
    )
    if not others.exclude(pk=membership.pk).exists():
        raise ActionDenied(TRIGGER_SENTENCES["membership_staff_remains"])


def _check_days(role: Role, *, starts_on: date, ends_on: date | None, on: date) -> None:
    """A role that somebody gives lasts a day at least, from today on, and no more than it may."""
    if ends_on is None:
        return
    if ends_on < on:
        raise InvalidInput("Ce jour est passé : choisissez-en un autre.", field="ends_on")
    if ends_on < starts_on:
        raise InvalidInput("La date de fin précède la date de début.", field="ends_on")
    latest = last_day(role, starts_on)
    if latest is not None and ends_on > latest:
        reason = f"Un contrôle dure trente jours au plus, ici jusqu'au {long_date(latest)}."
        raise InvalidInput(f"{reason} Une autre invitation le renouvelle.", field="ends_on")


def _waits_until(ends_on: date | None, *, at: datetime) -> datetime:
    """An invitation waits seven days, and no longer than its role."""
    week = at + INVITATION_LASTS
    if ends_on is None:
        return week
    return min(week, datetime.combine(ends_on + timedelta(days=1), time.min, tzinfo=PARIS))


def _days(starts_on: date | None, ends_on: date | None) -> dict[str, str | None]:
    """What a journal keeps of them."""
    return {
        "starts_on": starts_on.isoformat() if starts_on else None,
        "ends_on": ends_on.isoformat() if ends_on else None,
    }


def _id(basin: Basin | None) -> int | None:
    return basin.pk if basin else None
