"""Whatever is changed with the triggers off is found, and said with its place (S35)."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from alize.audit import queries as journal
from alize.common.database import current_schema
from alize.documents.storage import PrivateStorage
from alize.seals import registers
from basins import tenancy
from basins.models import Basin
from basins.tasks import sweep
from committees import operations
from committees.models import Condition, Minutes
from committees.queries import verification
from tests.builders import make_partner
from tests.committees import legal
from tests.committees.conftest import make_committee
from tests.committees.tampering import REFUSED, TAMPERED
from tests.committees.tampering_journal import JOURNAL, WRITTEN_AGAIN
from tests.committees.tampering_votes import VOTES
from tests.databases import of_its_own, owner_dsn

SUPERUSER = os.environ.get("ALIZE_TEST_SUPERUSER", "postgres")


@pytest.fixture(scope="module")
def proven(django_db_setup, django_db_blocker, template_name) -> Iterator[Basin]:
    """A basin of a database of its own, where a meeting was held and its minutes signed."""
    with django_db_blocker.unblock(), of_its_own(template_name, "proof"):
        basin = Basin.objects.get(slug="savoie")
        with tenancy.inside(basin):
            committee = make_committee(basin, 11)
            legal.sign(committee, legal.hold(committee, aloud=(7,)))
            operations.lift_condition(
                condition_id=Condition.objects.get(kind="FOLLOWED").pk,
                proof="Tableau de mai",
                by=committee.operator,
                at=legal.minute(2010),
            )
            while sweep():
                pass
            following = committee.planned(held_at=legal.DAY + timedelta(days=30))
            following.items.create(project=committee.ready(), rank=9)
            make_partner(name="Aciérie sans siège")
        yield basin


Look = Callable[[], list[str]]


def findings() -> list[str]:
    return [str(finding) for finding in verification.verify().findings]


@pytest.fixture
def tamper(proven) -> Iterator[Callable[..., list[str]]]:
    """Change rows without any trigger, look for it, then undo it.

    As a superuser when the cluster lets the tests be one; else as the owner of the tables.
    """
    mine = {name: connection.settings_dict[name] for name in ("USER", "PASSWORD")}
    owner = {name: settings.DATABASE_OWNER[name] for name in mine}
    connection.close()
    connection.settings_dict.update({"USER": SUPERUSER} if _a_superuser_is_at_hand() else owner)

    def change(table: str, statement: str, *parameters, look: Look = findings) -> list[str]:
        with tenancy.inside(proven), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                cursor.execute("SET LOCAL ROLE NONE")
                if connection.settings_dict["USER"] == SUPERUSER:
                    cursor.execute("SET LOCAL session_replication_role = replica")
                else:
                    cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(statement.format(table), parameters)
                assert cursor.rowcount, statement
            found = look()
            transaction.set_rollback(True)
        return found

    yield change
    connection.close()
    connection.settings_dict.update(mine)


def _a_superuser_is_at_hand() -> bool:
    dsn = psycopg.conninfo.make_conninfo(
        owner_dsn(connection.settings_dict["NAME"]), user=SUPERUSER
    )
    try:
        with psycopg.connect(dsn) as own:
            return own.execute("SHOW is_superuser").fetchone()[0] == "on"
    except psycopg.OperationalError:
        return False


@pytest.fixture
def inside(proven):
    with tenancy.inside(proven):
        yield


def test_nothing_is_found_when_nothing_changed(inside):
    report = verification.verify()
    assert report.findings == ()
    assert report.ballots == 5


CHANGED = VOTES | TAMPERED | JOURNAL


@pytest.mark.parametrize("case", CHANGED)
def test_it_is_found_and_said_with_its_place(tamper, case):
    table, statement, expected = CHANGED[case]
    found = tamper(table, statement)
    for words in expected:
        assert any(words in line for line in found), (words, found)


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_to_the_application(inside, case):
    statement, constraint = REFUSED[case]
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert refused.value.__cause__.diag.constraint_name == constraint


def test_bytes_of_the_minutes_changed_on_the_disk(inside):
    path = PrivateStorage().path(Minutes.objects.get().document.key)
    with open(path, "r+b") as kept:
        before = kept.read()
        kept.seek(0)
        kept.write(b"%PDX")
    try:
        found = [str(finding) for finding in verification.verify().findings]
    finally:
        with open(path, "wb") as kept:
            kept.write(before)
    assert found == ["Procès-verbal de la séance 2026-01 : le document (PDF) a été modifié"]


def test_the_command_says_it_in_french(proven, tamper):
    out = StringIO()
    call_command("verify_committee", "--basin", "savoie", stdout=out)
    assert out.getvalue() == "Savoie : 5 scrutins vérifiés, conforme.\n"
    with pytest.raises(CommandError, match="Aucun bassin"):
        call_command("verify_committee", "--basin", "nulle-part")


def test_the_command_reads_the_journal_of_the_network_too(proven, monkeypatch):
    out, verify = StringIO(), journal.verify
    call_command("verify_committee", stdout=out)
    assert out.getvalue().endswith("\nRéseau : journal vérifié, conforme.\n")
    monkeypatch.setattr(
        journal,
        "verify",
        lambda: journal.Break(7, "edited") if current_schema() == "public" else verify(),
    )
    with pytest.raises(CommandError, match=r"1 écart\(s\) avec"):
        call_command("verify_committee", stdout=out)
    assert out.getvalue().endswith("1 écart(s).\n  Journal : l'événement n° 7 a été modifié\n")


def test_the_command_reads_one_moment(proven, monkeypatch):
    """What is sealed while it reads is seen whole by the next run, never by halves."""
    seen = {}

    def verify(self):
        for name in ("transaction_isolation", "transaction_read_only"):
            with connection.cursor() as cursor:
                cursor.execute(f"SHOW {name}")
                seen[name] = cursor.fetchone()[0]
        return 0, []

    monkeypatch.setattr("committees.management.commands.verify_committee.Command.verify", verify)
    call_command("verify_committee", "--basin", "savoie", stdout=StringIO())
    assert seen == {"transaction_isolation": "repeatable read", "transaction_read_only": "on"}


def test_a_journal_written_again_to_its_end_is_not_that_of_the_registers(proven, tamper):
    with tenancy.inside(proven):
        made = registers.issue_daily_register(at=timezone.now())
        with PrivateStorage().open(made.document.key) as kept:
            sealed = kept.read()
        assert registers.differs_from_the_journal(sealed) == ""

    def look() -> list[str]:
        return [str(journal.verify()), registers.differs_from_the_journal(sealed)]

    follows, differs = tamper("audit_auditevent", WRITTEN_AGAIN, look=look)
    assert follows == "None"
    assert "le journal a été réécrit depuis, à partir de l'événement n°" in differs
