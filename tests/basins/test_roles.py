"""The roles held on a day, and the basins they open."""

from datetime import date

import pytest

from basins.enums import Role
from basins.models import Membership
from basins.queries import basins_of, roles_of
from tests.builders import make_user

DAY = date(2026, 3, 12)


@pytest.fixture
def person(db):
    return make_user()


def give(person, role, basin=None, *, starts_on=date(2026, 1, 5), ends_on=None) -> None:
    Membership.objects.create(
        person_id=person.pk, basin=basin, role=role, starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "held"),
    [
        (DAY, None, True),
        (date(2026, 1, 5), DAY, True),
        (date(2026, 3, 13), None, False),
        (date(2026, 1, 5), date(2026, 3, 11), False),
    ],
)
def test_a_role_counts_from_its_first_day_to_its_last(person, savoie, starts_on, ends_on, held):
    give(person, Role.MEMBER, savoie, starts_on=starts_on, ends_on=ends_on)
    assert roles_of(person, basin=savoie, on=DAY) == ({Role.MEMBER} if held else set())
    assert list(basins_of(person, on=DAY)) == ([savoie] if held else [])


def test_a_role_of_a_basin_is_of_no_other(person, savoie, meuse):
    give(person, Role.MEMBER, savoie)
    assert roles_of(person, basin=meuse, on=DAY) == set()
    assert roles_of(person, basin=None, on=DAY) == set()
    assert roles_of(make_user(), basin=savoie, on=DAY) == set()


def test_a_national_role_counts_everywhere_beside_the_others(person, savoie, meuse):
    give(person, Role.NATIONAL_VIEWER)
    give(person, Role.ASSOCIATE, savoie)
    assert roles_of(person, basin=savoie, on=DAY) == {Role.NATIONAL_VIEWER, Role.ASSOCIATE}
    assert roles_of(person, basin=meuse, on=DAY) == {Role.NATIONAL_VIEWER}
    assert roles_of(person, basin=None, on=DAY) == {Role.NATIONAL_VIEWER}
    assert set(basins_of(person, on=DAY)) == {savoie, meuse}


def test_a_basin_that_is_not_installed_opens_to_nobody(person, savoie):
    give(person, Role.NATIONAL_STAFF)
    savoie.status = "CANDIDATE"
    savoie.save()
    assert savoie not in basins_of(person, on=DAY)
