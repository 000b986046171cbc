"""The database is the wall between basins (security.md T4, S05)."""

import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from alize.audit import operations as audit
from alize.audit import queries as audit_queries
from basins import provisioning, tenancy
from basins.boot import check_no_temporary_tables, check_twins_are_closed
from basins.enums import Role
from basins.models import Basin
from partners.models import Group
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def refused(statement: str) -> str:
    """The error of a statement that must fail, without losing the transaction."""
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


def test_forgetting_the_basin_is_an_error(savoie):
    with pytest.raises(DatabaseError, match="does not exist"), transaction.atomic():
        Group.objects.count()


def test_reading_another_basin_is_denied(savoie, meuse):
    with tenancy.inside(meuse):
        Group.objects.create(name="CANARI-MEUSE")
    with tenancy.inside(savoie):
        assert list(Group.objects.all()) == []
        assert "permission denied" in refused("SELECT * FROM b_0002.partners_group")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM public.audit_auditevent",
        "SELECT * FROM public.documents_generateddocument",
        "SELECT password FROM accounts_user",
        "SELECT * FROM mfa_authenticator",
        "SELECT * FROM django_session",
        "UPDATE audit_auditevent SET type = 'x'",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_audithead SET sequence = 0",
        "UPDATE committees_vote SET choice = 'FOR'",
        "DELETE FROM funds_entry",
        "UPDATE funds_ledgerstate SET closed_on = NULL",
        "UPDATE funds_journalcounter SET last_no = 0",
        "SELECT * FROM accounts_signinlink",
        "SELECT * FROM basins_invitation",
        "SELECT * FROM basins_secondfactorreset",
        "SELECT * FROM usersessions_usersession",
        "SELECT * FROM notifications_mail",
        "SELECT * FROM network_candidacy",
        "UPDATE accounts_person SET email = 'x'",
        "UPDATE basins_membership SET role = 'OPERATOR'",
        "CREATE TEMP TABLE audit_auditevent (id int)",
        "INSERT INTO basins_acquaintance (person_id) SELECT id FROM accounts_person",
        "DELETE FROM basins_acquaintance",
    ],
)
def test_the_role_of_a_basin_may_not(in_savoie, statement):
    assert "permission denied" in refused(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO basins_schemablueprint (fingerprint, sql) VALUES ('x', 'x')",
        "UPDATE basins_schemablueprint SET sql = 'x'",
        "DELETE FROM basins_schemablueprint",
        "UPDATE audit_auditevent SET type = 'x'",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_audithead SET sequence = 0",
        "DELETE FROM django_migrations",
        "SELECT * FROM b_0001.partners_group",
        "CREATE TEMP TABLE audit_auditevent (id int)",
    ],
)
def test_the_role_of_the_network_may_not(savoie, statement):
    assert "permission denied" in refused(statement)


IN_PUBLIC = {
    "accounts_person": "email first_name id is_active last_name",
    "basins_acquaintance": "basin_id id person_id",
    "basins_basin": "departments first_convention_on id installed_on members_show_factor name"
    " opened_at schema_name slug status suspended_at suspended_for",
    "basins_localoperator": "address basin_id changed_at changed_by_id id name phone"
    " representative representative_email representative_function revision short_name siren",
    "basins_membership": "basin_id ends_on granted_by_id id person_id role starts_on",
    "basins_referencevalue": "created_at created_by_id effective_from id numbers reason reference"
    " withdrawn_at withdrawn_by_id",
    "basins_singleuselink": "basin_id created_at email expires_at id purpose target_id"
    " token_digest used_at withdrawn_at",
}
"""What the role of a basin reads of `public`, besides the texts and the work that waits."""
OF_ALL_BASINS = {"basins_basin", "basins_referencevalue"}
"""Those whose rows are not cut to the basin's own."""


def test_what_the_role_of_a_basin_reads_of_public_is_written_here(in_savoie):
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT relname, string_agg(attname, ' ' ORDER BY attname), bool_or(relrowsecurity)
            FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
              AND attnum > 0 AND NOT attisdropped
              AND has_column_privilege(pg_class.oid, attnum, 'SELECT')
            GROUP BY relname
            """
        )
        found = {name: (columns, is_cut) for name, columns, is_cut in cursor.fetchall()}
    read = {name: columns for name, (columns, _) in found.items()}
    assert read.keys() - IN_PUBLIC.keys() == {"drafting_templateversion", "outbox_entry"}
    assert {name: read[name] for name in IN_PUBLIC} == IN_PUBLIC
    assert {name for name, (_, is_cut) in found.items() if not is_cut} == OF_ALL_BASINS


def test_the_role_of_a_basin_reads_the_rows_of_its_own(savoie, meuse):
    with tenancy.national():
        for basin in (savoie, meuse):
            name = f"Opérateur {basin.slug}"
            basin.operators.create(
                name=name, short_name=name, representative_email=f"{basin.slug}@operateur.example"
            )
            make_user(Role.OPERATOR, basin=basin)
    with tenancy.inside(savoie), connection.cursor() as cursor:
        for table in ("basins_localoperator", "basins_membership"):
            cursor.execute(f"SELECT DISTINCT basin_id FROM {table}")
            assert cursor.fetchall() == [(savoie.pk,)]


def test_a_missing_table_is_not_replaced_by_its_namesake(savoie):
    with tenancy.owner_cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS public.partners_ghost (id int)")
    try:
        with tenancy.inside(savoie):
            assert "permission denied" in refused("SELECT * FROM partners_ghost")
    finally:
        with tenancy.owner_cursor() as cursor:
            cursor.execute("DROP TABLE public.partners_ghost")


def test_the_role_comes_back_after_a_rollback(savoie, meuse):
    with tenancy.inside(savoie):
        Group.objects.create(name="SAVOIE")
        with pytest.raises(ZeroDivisionError), transaction.atomic(), tenancy.inside(meuse):
            Group.objects.create(name="MEUSE")
            raise ZeroDivisionError
        assert [group.name for group in Group.objects.all()] == ["SAVOIE"]


def test_twin_tables_are_closed(savoie):
    check_twins_are_closed()


def test_an_opened_twin_stops_the_start(savoie):
    # Opening a twin takes the owner: a real mistake of administration, undone at once.
    with tenancy.owner_cursor() as cursor:
        cursor.execute("GRANT SELECT ON public.audit_auditevent TO alize_b_0001")
    try:
        with pytest.raises(ImproperlyConfigured, match="twin"):
            check_twins_are_closed()
    finally:
        with tenancy.owner_cursor() as cursor:
            cursor.execute("REVOKE SELECT ON public.audit_auditevent FROM alize_b_0001")


def test_what_works_as_the_owner_is_fired_by_the_triggers_of_the_owner_alone(in_savoie):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc"
            " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
        )
        assert cursor.fetchone() == (False,)


def test_a_role_that_may_make_temporary_tables_stops_the_start(savoie):
    check_no_temporary_tables()
    name = connection.settings_dict["NAME"]
    for given, named in (("PUBLIC", "alize_app, .*alize_b_0001"), ("alize_b_0001_ro", "b_0001")):
        with tenancy.owner_cursor() as cursor:
            cursor.execute(f"GRANT TEMPORARY ON DATABASE {name} TO {given}")
        try:
            with pytest.raises(ImproperlyConfigured, match=named):
                check_no_temporary_tables()
        finally:
            with tenancy.owner_cursor() as cursor:
                cursor.execute(f"REVOKE TEMPORARY ON DATABASE {name} FROM {given}")


def test_the_journal_chains_and_verifies(in_savoie):
    with transaction.atomic():
        group = Group.objects.create(name="EDF")
        for number in range(3):
            audit.record("test.act", target=group, at=timezone.now(), number=number)
    assert audit_queries.verify() is None


def test_a_replayed_schema_is_the_migrated_one(savoie):
    """The SQL replayed for a new basin gives exactly what stock migrations give (scale.md 1)."""
    with tenancy.owner_cursor() as cursor:
        assert describe(cursor, "b_0001") == describe_migrated(cursor)


def test_the_tables_of_a_new_basin_are_made_with_their_foreign_keys(savoie):
    with tenancy.national():
        script = provisioning.blueprint()
    assert 'REFERENCES "committees_ballot" ("id") DEFERRABLE INITIALLY DEFERRED' in script
    assert re.findall(r'ALTER TABLE "(\w+)" ADD CONSTRAINT "\w+" FOREIGN KEY', script) == []


ROWS = """
SELECT count(*), md5(coalesce(string_agg(one::text, '|' ORDER BY one::text), ''))
FROM {schema}.{table} one
"""


def test_no_key_of_a_basin_leaves_its_schema(savoie):
    """A basin would not move whole (ADR 1), and would weigh on what all others read (ADR 38)."""
    with tenancy.owner_cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT confrelid::regclass::text FROM pg_constraint
            JOIN pg_class ON pg_class.oid = confrelid
            WHERE contype = 'f' AND connamespace = 'b_0001'::regnamespace
              AND relnamespace <> connamespace
            """
        )
        assert cursor.fetchall() == []


def test_in_public_the_database_keeps_the_keys_of_who_did_an_act(db):
    with tenancy.owner_cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint"
            " WHERE contype = 'f' AND confrelid = 'public.accounts_person'::regclass"
        )
        assert {table for (table,) in cursor} >= {"basins_membership", "network_candidacy"}


def describe(cursor, schema: str) -> dict[str, list]:
    """Everything PostgreSQL knows of a schema, without its name."""
    queries = {
        "columns": """SELECT table_name, column_name, data_type, is_nullable, column_default,
            character_maximum_length, is_identity FROM information_schema.columns
            WHERE table_schema = %(s)s ORDER BY 1, 2""",
        "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid, true)
            FROM pg_constraint WHERE connamespace = %(s)s::regnamespace ORDER BY 1, 2""",
        "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = %(s)s "
        "ORDER BY 1, 2",
        "triggers": """SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(pg_trigger.oid)
            FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
            WHERE relnamespace = %(s)s::regnamespace AND NOT tgisinternal ORDER BY 1, 2""",
        "sequences": "SELECT sequencename, data_type::text FROM pg_sequences "
        "WHERE schemaname = %(s)s ORDER BY 1",
    }
    facts = {
        name: [
            tuple(str(cell).replace(f"{schema}.", "") for cell in row)
            for row in cursor.execute(query, {"s": schema}).fetchall()
        ]
        for name, query in queries.items()
    }
    facts["migrations"] = cursor.execute(
        f"SELECT app, name FROM {schema}.django_migrations ORDER BY 1, 2"
    ).fetchall()
    tables = cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = %s"
        " AND tablename <> 'django_migrations' ORDER BY 1",
        [schema],
    ).fetchall()
    facts["rows"] = [
        (table, *cursor.execute(ROWS.format(schema=schema, table=table)).fetchone())
        for (table,) in tables
    ]
    return facts


def describe_migrated(cursor) -> dict[str, list]:
    """The same for a schema made by stock migrations, in a process of its own."""
    schema = "b_9999"
    cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    cursor.execute(f"CREATE SCHEMA {schema}")
    cursor.connection.commit()
    script = (
        "import django, sys; django.setup();"
        "from django.db import connection; from basins import provisioning, tenancy;"
        "connection.settings_dict['NAME'] = sys.argv[1];"
        "owner = tenancy.as_owner(); owner.__enter__();"
        f"provisioning._migrate_for_real('{schema}')"
    )
    subprocess.run([sys.executable, "-c", script, connection.settings_dict["NAME"]], check=True)
    facts = describe(cursor, schema)
    cursor.execute(f"DROP SCHEMA {schema} CASCADE")
    cursor.connection.commit()
    return facts


def test_nothing_is_left_to_migrate(savoie):
    assert provisioning._versions().keys() == {provisioning._expected_version()}


def test_what_another_process_changes_of_a_basin_holds_at_the_next_request(savoie, client_as):
    member, page = client_as(Role.MEMBER), "/bassins/savoie/"
    assert member.get(page).status_code == 200
    try:
        Basin.objects.filter(pk=savoie.pk).update(members_show_factor=True)
        assert member.get(page)["Location"] == "/connexion/mon-acces/second-facteur/"
        Basin.objects.filter(pk=savoie.pk).update(members_show_factor=False)
        assert member.get(page).status_code == 200
        Basin.objects.filter(pk=savoie.pk).update(status="CLOSED")
        assert member.get(page).status_code == 404
        assert member.post(page).status_code == 404
    finally:
        tenancy.forget(savoie.slug)
