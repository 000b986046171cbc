"""The people of a basin, as its settings page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.enums import Role
from basins.models import Basin, Invitation, Membership


@dataclass(frozen=True)
class RoleHeld:
    """One role of one person, and whether the reader may end it."""

    id: int
    person: str
    email: str
    role: str
    since: date
    until: date | None
    may_end: bool


def people_of(
    basin: Basin, *, on: date, grantable: frozenset[Role], but: Person
) -> Sequence[RoleHeld]:
    """The roles held in a basin, in the order of the specification, then by name."""
    held = Membership.objects.held_on(on).filter(basin=basin).select_related("person")
    ranks = {role.value: rank for rank, role in enumerate(Role)}
    ordered = sorted(held, key=lambda m: (ranks[m.role], m.person.last_name, m.person.first_name))
    return [
        RoleHeld(
            id=membership.pk,
            person=membership.person.full_name,
            email=membership.person.email,
            role=membership.get_role_display(),
            since=membership.starts_on,
            until=membership.ends_on,
            may_end=membership.role in grantable and membership.person_id != but.pk,
        )
        for membership in ordered
    ]


def invitations_waiting(
    basin: Basin, *, at: datetime, grantable: frozenset[Role] | None = None
) -> QuerySet[Invitation]:
    """The invitations that can still be accepted, those to these roles only when given."""
    waiting = Invitation.objects.filter(basin=basin, accepted_at=None, expires_at__gt=at)
    if grantable is not None:
        waiting = waiting.filter(role__in=sorted(grantable))
    return waiting.order_by("created_at")
