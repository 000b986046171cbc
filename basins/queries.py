"""Who holds which role."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from alize.accounts.models import Person
from basins.enums import BasinStatus, Role
from basins.models import Basin, Membership
from basins.tenancy import current


def roles_of(person: Person, *, basin: Basin | None, on: date) -> frozenset[Role]:
    """The roles a person holds on a day in a basin, national ones included."""
    held = Membership.objects.held_on(on).filter(
        Q(basin=None) | Q(basin=basin) if basin else Q(basin=None), person_id=person.pk
    )
    return frozenset(Role(role) for role in held.values_list("role", flat=True))


def basins_of(person: Person, *, on: date) -> Sequence[Basin]:
    """The installed basins a person may open; a national role opens them all."""
    installed = Basin.objects.filter(status=BasinStatus.INSTALLED)
    if roles_of(person, basin=None, on=on):
        return installed
    held = Membership.objects.held_on(on).filter(person_id=person.pk)
    return installed.filter(pk__in=held.values("basin_id"))


def holders(*roles: Role, on: date) -> list[Person]:
    """Who holds one of these roles in the current basin on a day, each person once, by name."""
    held = Membership.objects.held_on(on).filter(basin=current(), role__in=roles)
    return list(
        Person.objects.filter(pk__in=held.values("person_id")).order_by("last_name", "first_name")
    )
