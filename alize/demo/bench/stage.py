"""Two furnished basins, one with ten times the files of the other, and somebody of each role."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person, User
from alize.demo.bench.place import new_basin
from alize.demo.bench.sample import COMPANIES, Crew, Sample, write_sample
from alize.demo.bench.visiting import Browser, sign_in
from basins import provisioning, tenancy
from basins.enums import Role
from basins.models import Basin, Membership

SINCE = date(2020, 1, 6)
TEN_TIMES = 10


@dataclass(frozen=True)
class Stage:
    """One basin and its visitors."""

    basin: Basin
    sample: Sample
    cookies: dict[Role, str]

    def browser(self, role: Role) -> Browser:
        """Somebody of a role, signed in."""
        return Browser(self.cookies[role])


def furnish(number: int, *, files: int) -> Stage:
    """A basin of the bench with its schema, its people and its files."""
    basin = new_basin(number)
    provisioning.create_schema(basin)
    operator = _user(basin, "operateur", Role.OPERATOR)
    president = _user(basin, "presidence", Role.PRESIDENT)
    member = _user(basin, "membre", Role.MEMBER)
    others = [_user(basin, f"siege{rank}", Role.MEMBER) for rank in range(len(COMPANIES) - 2)]
    crew = Crew(_person(operator), tuple(map(_person, (president, member, *others))))
    with tenancy.inside(basin), transaction.atomic():
        sample = write_sample(crew, files=files, now=timezone.now())
    roles = {Role.OPERATOR: operator, Role.PRESIDENT: president, Role.MEMBER: member}
    return Stage(basin, sample, {role: sign_in(user) for role, user in roles.items()})


def _user(basin: Basin | None, name: str, role: Role) -> User:
    place = basin.slug if basin else "national"
    user = User.objects.create_user(f"{name}@{place}.example", last_name=f"{role.label} {name}")
    Membership.objects.create(person=user, basin=basin, role=role, starts_on=SINCE)
    return user


def _person(user: User) -> Person:
    return Person.objects.get(pk=user.pk)


def national_browser() -> Browser:
    """Somebody of ASTREES, signed in."""
    return Browser(sign_in(_user(None, "astrees", Role.NATIONAL_STAFF)))
