"""The role of a basin reads the people whom the basin knows and nobody else (security.md D2)."""

from io import StringIO

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from alize.accounts.models import Person
from basins import grants, operations, tenancy
from basins.boot import check_rows_are_cut
from basins.enums import NATIONAL_ROLES, Role
from basins.models import Acquaintance, Membership
from basins.queries.people import columns_of_people, strangers_named
from partners.models import Contact
from tests.builders import make_partner, make_user

pytestmark = pytest.mark.django_db


def rows(statement: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def known() -> set[int]:
    """Whom the role of the current basin reads."""
    return {key for (key,) in rows("SELECT id FROM accounts_person")}


@pytest.fixture
def member(savoie):
    """Somebody who sits in Savoie alone."""
    return make_user(Role.MEMBER, basin=savoie, last_name="CANARI")


@pytest.fixture(params=[False, True], ids=["works", "only reads"])
def in_meuse(request, meuse):
    """Inside Meuse, under the role that works there, then under the one that only reads."""
    tenancy.only_read(request.param)
    with tenancy.inside(meuse):
        yield meuse
    tenancy.only_read(False)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT email FROM accounts_person WHERE last_name = 'CANARI'",
        "SELECT email FROM accounts_person WHERE id = {}",
        "SELECT email FROM accounts_person WHERE id BETWEEN {0} - 1 AND {0} + 1",
        "SELECT last_name FROM accounts_person WHERE lower(email) LIKE 'personne%'",
        "SELECT email FROM (VALUES ({})) AS guess (id) JOIN accounts_person USING (id)",
        "SELECT p.email FROM accounts_person p, basins_membership m WHERE p.id = m.person_id",
        "SELECT p.email FROM accounts_person p, basins_acquaintance a WHERE p.id = a.person_id",
        "SELECT 1 FROM accounts_person HAVING count(*) > 0",
        "SELECT email FROM public.accounts_person",
    ],
)
def test_the_role_of_another_basin_reads_nothing_of_them(member, in_meuse, statement):
    assert rows(statement.format(member.pk)) == []


def test_a_row_that_guesses_a_key_tells_nothing_of_whose_it_is(member, meuse):
    """No key is checked, so the row is taken; its person stays unread, and it is found."""
    with tenancy.inside(meuse):
        contact = Contact.objects.create(
            partner=make_partner(), person_id=member.pk, function="Directrice"
        )
        assert list(Contact.objects.filter(person__last_name="CANARI")) == []
        assert list(Contact.objects.select_related("person")) == []
        with pytest.raises(Person.DoesNotExist):
            Contact.objects.get(pk=contact.pk).person  # noqa: B018  # reading it is the question
        assert strangers_named() == ["partners_contact.person_id"]
        Contact.objects.update(person=make_user(Role.MEMBER, basin=meuse))
        assert strangers_named() == []


def test_their_own_basin_reads_them(member, savoie):
    with tenancy.inside(savoie):
        assert known() == {member.pk}


def test_whoever_held_a_role_stays_known(member, savoie, meuse):
    """A role that ends on its first day leaves no row; what was done that day names them still."""
    staff, now = make_user(Role.NATIONAL_STAFF), timezone.now()
    today = timezone.localdate(now)
    with tenancy.national():
        held = Membership.objects.create(
            person=member, basin=meuse, role=Role.AUDITOR, starts_on=today, ends_on=today
        )
        operations.end_role(membership_id=held.pk, basin=meuse, by=staff, at=now)
        assert not Membership.objects.filter(person=member, basin=meuse).exists()
    for basin in (savoie, meuse):
        with tenancy.inside(basin):
            assert known() == {member.pk, staff.pk}


@pytest.mark.parametrize("role", sorted(NATIONAL_ROLES))
def test_national_roles_are_known_everywhere(role, savoie, meuse):
    person = make_user(role)
    for basin in (savoie, meuse):
        with tenancy.inside(basin):
            assert known() == {person.pk}


def test_a_basin_is_introduced_to_who_holds_no_role_there(member, savoie, meuse):
    for _ in range(2):
        operations.introduce(people=[member, member], basin=meuse)
    assert Acquaintance.objects.filter(person=member).count() == 2
    with tenancy.inside(meuse):
        assert known() == {member.pk}
        assert rows("SELECT DISTINCT basin_id FROM basins_acquaintance") == [(meuse.pk,)]


def test_whoever_sends_something_to_the_basin_of_others_is_known_there(client_as, savoie, meuse):
    """Its journal keeps what they sent: whoever reads it reads from whom."""
    outsider = client_as(Role.MEMBER, basin=meuse)
    for send, whom in ((outsider.get, set()), (outsider.post, {outsider.user.pk})):
        assert send("/bassins/savoie/dossiers/nouveau/").status_code == 404
        with tenancy.inside(savoie):
            assert known() == whom


def test_the_network_reads_everybody(member, meuse):
    other, stranger = make_user(Role.MEMBER, basin=meuse), make_user()
    assert known() >= {member.pk, other.pk, stranger.pk}


SOMEBODY = (
    "INSERT INTO accounts_person (email, first_name, last_name, is_active)"
    " VALUES ('x', 'x', 'x', true)"
)
FORGETTING = ("UPDATE basins_acquaintance SET basin_id = NULL", "DELETE FROM basins_acquaintance")


@pytest.mark.parametrize("statement", [*FORGETTING, "TRUNCATE basins_acquaintance"])
def test_the_network_makes_no_basin_forget_somebody(member, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        rows(statement)


@pytest.mark.parametrize("statement", FORGETTING)
def test_the_owner_makes_no_basin_forget_somebody(db, statement):
    with tenancy.owner_cursor() as cursor:
        cursor.execute(
            f"WITH one AS ({SOMEBODY} RETURNING id)"
            " INSERT INTO basins_acquaintance (person_id) SELECT id FROM one"
        )
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="only ever added"):
            cursor.execute(statement)


def test_a_table_that_is_whole_stops_the_start(db, monkeypatch):
    check_rows_are_cut()
    monkeypatch.setitem(grants.BASIN_SEES, "basins_basin", "true")
    with pytest.raises(ImproperlyConfigured, match="basins_basin"):
        check_rows_are_cut()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM accounts_person",
        "UPDATE accounts_person SET id = -id",
        "TRUNCATE accounts_person CASCADE",
    ],
)
def test_nobody_is_ever_removed(db, statement):
    """What names people asks no key of the database whether they are still there (ADR 38)."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute(SOMEBODY)
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="only ever added"):
            cursor.execute(statement)


def test_whoever_does_not_exist_is_a_stranger(meuse):
    with tenancy.inside(meuse):
        Contact.objects.create(partner=make_partner(), person_id=-1, function="Directrice")
        assert strangers_named() == ["partners_contact.person_id"]


def test_a_verification_finds_a_stranger(member, meuse):
    with tenancy.inside(meuse):
        Contact.objects.create(partner=make_partner(), person=member, function="Directrice")
    out = StringIO()
    with pytest.raises(CommandError, match=r"1 écart\(s\)"):
        call_command("verify_ledger", "--basin", "meuse", stdout=out)
    assert "  partners_contact.person_id : une personne que le bassin ne connaît pas\n" in (
        out.getvalue()
    )


def test_every_table_that_names_somebody_is_looked_at(in_savoie):
    named = {f"{table}.{column}" for table, column in columns_of_people()}
    assert named >= {"committees_alternate.person_id", "funds_entry.recorded_by_id"}
    assert strangers_named() == []
