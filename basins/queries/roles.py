"""Who holds which role."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Exists, Q, QuerySet

from alize.accounts.models import Person
from basins.enums import MFA_ROLES, Role
from basins.models import Basin, Membership
from basins.tenancy import current

_ROLES_HELD = """
SELECT role, basin_id IS NULL OR basin_id = %(basin)s OR (%(basin)s IS NULL AND role = %(control)s),
       (status = 'INSTALLED' OR status = 'VALIDATED' AND opened_at IS NOT NULL)
           AND suspended_at IS NULL,
       members_show_factor
FROM basins_membership LEFT JOIN basins_basin place ON place.id = %(basin)s
WHERE person_id = %(person)s
  AND starts_on <= %(day)s AND (ends_on IS NULL OR ends_on >= %(day)s)
"""


@dataclass(frozen=True)
class RolesHeld:
    """What somebody may be on a day: in the place they are reading, and in any place at all."""

    here: frozenset[Role]
    anywhere: frozenset[Role]
    place: tuple[bool, bool] | None
    """Whether the basin is open, and asks its members for a second factor, at this very moment."""


def roles_held(person: Person, *, basin: Basin | None, on: date) -> RolesHeld:
    """The roles a person holds on a day, those of a basin apart, national ones counted in it.

    Outside the basins, control counts wherever it is held: it reads the network too (2.2).
    Asked at each request: in SQL, since composing the query took longer than running it.
    """
    asked = {
        "person": person.pk,
        "basin": basin.pk if basin else None,
        "control": Role.AUDITOR,
        "day": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ROLES_HELD, asked)
        held = [(Role(role), here, place) for role, here, *place in cursor]
    return RolesHeld(
        here=frozenset(role for role, here, _ in held if here),
        anywhere=frozenset(role for role, _, _ in held),
        place=next((tuple(place) for _, _, place in held), None) if basin else None,
    )


def roles_of(person: Person, *, basin: Basin | None, on: date) -> frozenset[Role]:
    """The roles a person holds on a day in a basin, national ones included."""
    return roles_held(person, basin=basin, on=on).here


def asks_second_factor(roles: frozenset[Role], *, basin: Basin | None) -> bool:
    """Whether these roles need a second factor: some always, members if their basin says so."""
    asked_of_members = basin is not None and basin.members_show_factor and Role.MEMBER in roles
    return asked_of_members or bool(roles & MFA_ROLES)


def holds_role_with_factor(person: Person, *, on: date) -> bool:
    """Whether a role that somebody holds anywhere on a day asks for a second factor."""
    of_member = Q(role=Role.MEMBER, basin__members_show_factor=True)
    return (
        Membership.objects.held_on(on)
        .filter(Q(role__in=MFA_ROLES) | of_member, person_id=person.pk)
        .exists()
    )


def roles_by_basin(person: Person, *, on: date) -> dict[int, frozenset[Role]]:
    """The roles a person holds on a day in each basin, by its key, national ones left out."""
    held: dict[int, set[Role]] = defaultdict(set)
    for basin_id, role in (
        Membership.objects.held_on(on)
        .filter(person_id=person.pk, basin__isnull=False)
        .values_list("basin_id", "role")
    ):
        held[basin_id].add(Role(role))
    return {basin_id: frozenset(roles) for basin_id, roles in held.items()}


def basins_of(person: Person, *, on: date) -> QuerySet[Basin]:
    """The open basins a person may open; a national role opens them all."""
    held = Membership.objects.held_on(on).filter(person_id=person.pk)
    anywhere = Exists(held.filter(basin=None))
    return Basin.objects.open().filter(anywhere | Q(pk__in=held.values("basin_id")))


def shut_to(person: Person, *, on: date) -> QuerySet[Basin]:
    """The suspended basins where a person holds a role."""
    held = Membership.objects.held_on(on).filter(person_id=person.pk)
    return Basin.objects.suspended().filter(pk__in=held.values("basin_id"))


def holders(*roles: Role, on: date) -> list[Person]:
    """Who holds one of these roles in the current basin on a day, each person once, by name."""
    held = Membership.objects.held_on(on).filter(basin=current(), role__in=roles)
    return list(
        Person.objects.filter(pk__in=held.values("person_id")).order_by("last_name", "first_name")
    )


def reachable(*roles: Role, on: date) -> list[Person]:
    """Whom of them a mail is for: nobody whose account is closed."""
    return [person for person in holders(*roles, on=on) if person.is_active]


def operated(*, on: date) -> set[int]:
    """The keys of the basins where somebody, whose account is open, is operator on a day."""
    held = Membership.objects.held_on(on).filter(role=Role.OPERATOR, person__is_active=True)
    return {basin_id for basin_id in held.values_list("basin_id", flat=True) if basin_id}


def national_staff(*, on: date) -> list[Person]:
    """Those of ASTREES who administer the network on a day; seen from `public` only."""
    return national_holders(Role.NATIONAL_STAFF, on=on)


def national_holders(role: Role, *, on: date) -> list[Person]:
    """Who holds a national role on a day; seen from `public` only."""
    held = Membership.objects.held_on(on).filter(basin=None, role=role)
    return list(
        Person.objects.filter(pk__in=held.values("person_id"), is_active=True).order_by("pk")
    )
