"""The rights of the database roles, written as data (security.md D2).

`alize_public` works in `public`; each basin's role works in its schema and inherits from
`alize_basin` what a basin needs of `public`. Each of them inherits its reading from a role of the
same name in `_ro`, which serves those who write nothing (SD15). The application's login may take
any of these roles but inherits none: forgetting the schema is an error.
"""

from contextlib import suppress

from django.conf import settings
from django.db import connection
from psycopg import Cursor, sql
from psycopg.errors import DuplicateObject, UniqueViolation

from basins.postgresql.base import reader_of, role_of

APPEND_ONLY_TRIGGER = "append_only"
"""Tables with a trigger of this name are never updated nor deleted from."""

KEPT_BY_TRIGGERS = ("funds_ledgerstate", "funds_journalcounter")
"""Tables of a basin that its role reads and locks, and that triggers alone write."""

RUN_BY_THE_OWNER = "basins_schemablueprint"
"""The SQL that makes a basin: who wrote there would have the owner run it."""

BASIN_READS = (
    "accounts_person",
    "basins_acquaintance",
    "basins_basin",
    "basins_localoperator",
    "basins_membership",
    "basins_referencevalue",
    "basins_singleuselink",
    "drafting_templateversion",
    "outbox_entry",
)
BASIN_WRITES = {
    "outbox_entry": "INSERT, UPDATE",
    "basins_singleuselink": "INSERT, UPDATE",
}
_OF_MINE = "basin_id = (SELECT id FROM basins_basin WHERE schema_name = {mine})"
BASIN_SEES = {
    "accounts_person": (
        "EXISTS (SELECT FROM basins_acquaintance WHERE person_id = accounts_person.id)"
    ),
    "basins_acquaintance": f"basin_id IS NULL OR {_OF_MINE}",
    "basins_localoperator": _OF_MINE,
    "basins_membership": _OF_MINE,
    "basins_singleuselink": _OF_MINE,
    "drafting_templateversion": "published_at IS NOT NULL",
    "outbox_entry": "schema = {mine}",
}
"""Row-level security: what of a shared table the role of one basin may see and write."""

SCHEMA_LENGTH = len("b_0001")
GROUP = "basin"
"""What the role of a basin inherits on `public` is held by this one, and its `_ro`."""
READERS_WRITE = "audit_auditevent"
"""The journal of what somebody who only reads takes away; triggers number and chain its rows."""


def _login() -> str:
    return settings.DATABASES["default"]["USER"] or connection.settings_dict["USER"]


def _create_role(cursor: Cursor, role: str) -> None:
    """Make a role, which belongs to the whole server: another database may make it meanwhile."""
    known = cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if known is None:
        with suppress(DuplicateObject, UniqueViolation), cursor.connection.transaction():
            cursor.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(role)))


def _lend_to_login(cursor: Cursor, role: str) -> None:
    cursor.execute(
        sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
            sql.Identifier(role), sql.Identifier(_login())
        )
    )


def _create_roles(cursor: Cursor, name: str) -> tuple[str, str]:
    """Make a role that works and the one it inherits its reading from; returns both."""
    role, reader = role_of(name), reader_of(name)
    for one in (role, reader):
        _create_role(cursor, one)
    _give(cursor, reader, to=role)
    return role, reader


def _give(cursor: Cursor, role: str, *, to: str) -> None:
    cursor.execute(
        sql.SQL("GRANT {} TO {} WITH INHERIT TRUE").format(sql.Identifier(role), sql.Identifier(to))
    )


def ensure_role(cursor: Cursor, schema: str) -> None:
    """Make the roles of a basin, lent to the application's login: by the first it takes both."""
    role, reader = _create_roles(cursor, schema)
    _give(cursor, role_of(GROUP), to=role)
    _give(cursor, reader_of(GROUP), to=reader)
    _lend_to_login(cursor, role)


def apply_to_public(cursor: Cursor) -> None:
    """Renew the rights on `public`: all of it for the national side, a few tables for basins."""
    national, national_reader = _create_roles(cursor, "public")
    group, group_reader = _create_roles(cursor, GROUP)
    _lend_to_login(cursor, national)
    _grant_all(cursor, "public")
    cursor.execute(
        sql.SQL("REVOKE INSERT, UPDATE, DELETE ON public.{} FROM {}").format(
            sql.Identifier(RUN_BY_THE_OWNER), sql.Identifier(national)
        )
    )
    cursor.execute(
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(group_reader))
    )
    _close_functions_of_the_owner(cursor)
    for one in (group, group_reader):
        cursor.execute(
            sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(sql.Identifier(one))
        )
    for table in BASIN_READS:
        _grant_on(cursor, "SELECT", table, group_reader)
    for table, privileges in BASIN_WRITES.items():
        _grant_on(cursor, privileges, table, group)
    for table, condition in BASIN_SEES.items():
        _restrict_rows(cursor, table, condition, national=national_reader, group=group_reader)


def _close_functions_of_the_owner(cursor: Cursor) -> None:
    """Keep what runs with the owner's rights to the triggers that the owner made.

    A trigger asks no right of whoever fires it; one on a table of somebody else's own would have
    such a function look there, and fire what stands there, as the owner.
    """
    functions = cursor.execute(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    ).fetchall()
    for (function,) in functions:
        cursor.execute(
            sql.SQL("REVOKE EXECUTE ON FUNCTION {} FROM PUBLIC").format(sql.SQL(function))
        )


def _grant_on(cursor: Cursor, privileges: str, table: str, role: str) -> None:
    cursor.execute(
        sql.SQL("GRANT {} ON public.{} TO {}").format(
            sql.SQL(privileges), sql.Identifier(table), sql.Identifier(role)
        )
    )


def _restrict_rows(cursor: Cursor, table: str, condition: str, *, national: str, group: str):
    # Names are compared by a collation of their own, in which no index of ours is made.
    start = len(settings.DATABASE_ROLE_PREFIX) + 2
    mine = f'(substr(current_user, {start}, {SCHEMA_LENGTH}) COLLATE "default")'
    name = sql.Identifier(table)
    cursor.execute(sql.SQL("ALTER TABLE public.{} ENABLE ROW LEVEL SECURITY").format(name))
    for policy, role, seen in (
        ("national", national, "true"),
        ("basin", group, condition.format(mine=mine)),
    ):
        cursor.execute(
            sql.SQL("DROP POLICY IF EXISTS {} ON public.{}").format(sql.Identifier(policy), name)
        )
        cursor.execute(
            sql.SQL("CREATE POLICY {} ON public.{} TO {} USING ({})").format(
                sql.Identifier(policy), name, sql.Identifier(role), sql.SQL(seen)
            )
        )


def apply_to_basin(cursor: Cursor, schema: str) -> None:
    """Renew the rights of a basin's role on its own tables."""
    _grant_all(cursor, schema)
    for table in KEPT_BY_TRIGGERS:
        names = {"table": sql.Identifier(schema, table), "role": sql.Identifier(role_of(schema))}
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}").format(**names)
        )
    # To lock a row takes the right to update a column of it: its key, that a check holds.
    names["table"] = sql.Identifier(schema, KEPT_BY_TRIGGERS[0])
    cursor.execute(sql.SQL("GRANT UPDATE (id) ON {table} TO {role}").format(**names))


def _grant_all(cursor: Cursor, schema: str) -> None:
    """Read and write everywhere in a schema, but only add to append-only tables."""
    names = {
        "schema": sql.Identifier(schema),
        "role": sql.Identifier(role_of(schema)),
        "reader": sql.Identifier(reader_of(schema)),
        "journal": sql.Identifier(schema, READERS_WRITE),
    }
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {reader}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {reader}",
        "GRANT INSERT ON {journal} TO {reader}",
        "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role}",
        "REVOKE INSERT, UPDATE, DELETE ON {schema}.audit_audithead FROM {role}",
        "REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations FROM {role}",
    ):
        cursor.execute(sql.SQL(statement).format(**names))
    protected = cursor.execute(
        """
        SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
        WHERE tgname = %s AND relnamespace = %s::regnamespace
        """,
        [APPEND_ONLY_TRIGGER, schema],
    ).fetchall()
    for (table,) in protected:
        cursor.execute(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {schema}.{table} FROM {role}").format(
                **names, table=sql.Identifier(table)
            )
        )
