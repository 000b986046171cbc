"""A basin opens with its operator and its space; the first account opens all others (ADR 1, 3)."""

from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.utils import timezone
from psycopg import sql

from alize.accounts.models import User
from alize.audit.models import AuditEvent
from alize.common import maps
from alize.outbox.models import Entry
from basins import opening, tenancy
from basins.enums import Role
from basins.models import Basin, Membership
from basins.rules import DEPARTMENTS
from partners.models import Partner

PASSWORD = "un-vent-régulier-2026"


@pytest.fixture
def left_over(django_db_setup, django_db_blocker) -> Iterator[set[str]]:
    """Schemas to drop once the test is undone: until then it holds them, and a drop would wait."""
    schemas: set[str] = set()
    yield schemas
    with django_db_blocker.unblock(), tenancy.owner_cursor() as cursor:
        for schema in schemas:
            cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))


@pytest.fixture
def schemas_dropped(left_over, db) -> Iterator[None]:
    """The owner makes schemas on a connection of its own: no rollback takes them back."""
    before = set(Basin.objects.values_list("schema_name", flat=True))
    yield
    left_over |= set(Basin.objects.values_list("schema_name", flat=True)) - before


def open_jura(
    slug: str = "jura",
    name: str = "Jura",
    installed_on: str = "2026-09-01",
    departments: tuple[str, ...] = ("39",),
) -> str:
    said = StringIO()
    call_command(
        "open_basin",
        slug,
        name,
        "--departments",
        *departments,
        "--operator",
        "CCI du Jura",
        "--representative",
        "Alix Morel",
        "--representative-email",
        "alix@example.org",
        "--installed-on",
        installed_on,
        stdout=said,
    )
    return said.getvalue()


def test_a_basin_opens_with_its_operator_and_an_empty_space_of_its_own(schemas_dropped, run_outbox):
    said = open_jura()
    assert "/bassins/jura/" in said
    assert "« Réglages »" in said, "as the navigation names the page where one invites"
    basin = tenancy.find("jura")
    assert (basin.schema_name, basin.installed_on) == ("b_0003", date(2026, 9, 1))
    operator = basin.operators.get()
    assert (operator.name, operator.representative) == ("CCI du Jura", "Alix Morel")
    assert operator.representative_email == "alix@example.org"
    assert AuditEvent.objects.filter(type="basin.opened", target_id=basin.pk).count() == 1
    with tenancy.inside(basin):
        assert not Partner.objects.exists()
    assert Entry.objects.filter(schema="b_0003", kind="figures.changed", national=True).exists()
    run_outbox()
    with tenancy.national():
        assert basin.state.last_meeting_on is None, "it is in the national pages from now on"
    opening.create_space(basin=basin)  # taken up again: it is there


@pytest.mark.parametrize(
    ("slug", "words"), [("Jura", "minuscules"), ("savoie", "a déjà l'adresse")]
)
def test_an_address_is_plain_and_of_one_basin(db, slug, words):
    with pytest.raises(CommandError, match=words):
        open_jura(slug)
    assert Basin.objects.count() == 2


def test_a_basin_touches_departments_that_exist(db):
    with pytest.raises(CommandError, match=r"« 999 » n'est pas un numéro de département"):
        open_jura(departments=("39", "999"))
    assert Basin.objects.count() == 2
    assert sorted(DEPARTMENTS) == sorted(
        [code for code, _, _ in maps.department_paths()] + [code for code, _ in maps.OVERSEAS]
    )


def test_the_database_refuses_a_department_that_does_not_exist(db, savoie):
    with tenancy.national(), pytest.raises(IntegrityError, match="basin_departments_exist"):
        Basin.objects.filter(pk=savoie.pk).update(departments=["73", "999"])


def test_a_basin_is_not_installed_ahead(db):
    with pytest.raises(CommandError, match=r"le 01/09/2099 n'est pas venu"):
        open_jura(installed_on="2099-09-01")
    assert Basin.objects.count() == 2


def open_account(monkeypatch, *typed: str) -> str:
    said, answers = StringIO(), iter(typed)
    monkeypatch.setattr(
        "basins.management.commands.open_account.ask_secret", lambda prompt: next(answers)
    )
    call_command("open_account", "odile@astrees.example", "Odile", "Garance", stdout=said)
    return said.getvalue()


def test_the_first_account_administers_the_network(db, monkeypatch):
    assert "second facteur" in open_account(monkeypatch, PASSWORD, PASSWORD)
    user = User.objects.get(email="odile@astrees.example")
    assert user.check_password(PASSWORD)
    held = Membership.objects.get(person_id=user.pk)
    assert (held.role, held.basin, held.starts_on) == (
        Role.NATIONAL_STAFF,
        None,
        timezone.localdate(),
    )
    with pytest.raises(CommandError, match="déjà un compte"):
        open_account(monkeypatch, PASSWORD, PASSWORD)


@pytest.mark.parametrize(
    ("typed", "words"),
    [((PASSWORD, "autre"), "diffèrent"), (("court", "court"), "caractères")],
)
def test_a_password_is_typed_twice_and_strong(db, monkeypatch, typed, words):
    with pytest.raises(CommandError, match=words):
        open_account(monkeypatch, *typed)
    assert not User.objects.filter(email="odile@astrees.example").exists()


def test_a_password_is_typed_in_a_terminal(db, monkeypatch):
    def closed(prompt):
        raise EOFError

    monkeypatch.setattr("alize.common.terminal.getpass", closed)
    with pytest.raises(CommandError, match="dans un terminal"):
        call_command("open_account", "odile@astrees.example", "Odile", "Garance")
