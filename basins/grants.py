"""The rights of the database roles, written as data (security.md D2).

`alize_public` works in `public`; each basin's role works in its schema and inherits from
`alize_basin` the few columns of `public` that a basin needs. The application's login may take any
of these roles but inherits none: forgetting the schema is an error.
"""

from contextlib import suppress

from django.conf import settings
from django.db import connection
from psycopg import Cursor, sql
from psycopg.errors import DuplicateObject, UniqueViolation

from basins.postgresql.base import role_of

APPEND_ONLY_TRIGGER = "append_only"
"""Tables with a trigger of this name are never updated nor deleted from."""

KEPT_BY_TRIGGERS = ("funds_ledgerstate", "funds_journalcounter")
"""Tables of a basin that its role reads and locks, and that triggers alone write."""

BASIN_READS = {
    "accounts_person": "*",
    "basins_basin": "*",
    "basins_localoperator": "*",
    "basins_membership": "*",
    "basins_referencevalue": "*",
    "basins_singleuselink": "*",
    "drafting_templateversion": "*",
    "outbox_entry": "*",
}
BASIN_WRITES = {
    "outbox_entry": "INSERT, UPDATE",
    "basins_singleuselink": "INSERT, UPDATE",
}
BASIN_SEES = {
    "drafting_templateversion": "published_at IS NOT NULL",
    "outbox_entry": "schema = {mine}",
    "basins_membership": "basin_id = (SELECT id FROM basins_basin WHERE schema_name = {mine})",
    "basins_singleuselink": "basin_id = (SELECT id FROM basins_basin WHERE schema_name = {mine})",
}
"""Row-level security: what of a shared table the role of one basin may see and write."""


def _basin_group() -> str:
    return f"{settings.DATABASE_ROLE_PREFIX}_basin"


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


def ensure_role(cursor: Cursor, schema: str) -> None:
    """Make the role of a basin, lent to the application's login."""
    role = role_of(schema)
    _create_role(cursor, role)
    cursor.execute(
        sql.SQL("GRANT {} TO {} WITH INHERIT TRUE").format(
            sql.Identifier(_basin_group()), sql.Identifier(role)
        )
    )
    _lend_to_login(cursor, role)


def apply_to_public(cursor: Cursor) -> None:
    """Renew the rights on `public`: all of it for the national side, a few columns for basins."""
    national, group = role_of("public"), _basin_group()
    _create_role(cursor, national)
    _create_role(cursor, group)
    _lend_to_login(cursor, national)
    _grant_all(cursor, "public", national)
    cursor.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(group)))
    cursor.execute(
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}").format(sql.Identifier(group))
    )
    for table in BASIN_READS:
        _grant_on(cursor, f"SELECT{_comma(BASIN_WRITES.get(table))}", table, group)
    for table, condition in BASIN_SEES.items():
        _restrict_rows(cursor, table, condition, national=national, group=group)


def _comma(privileges: str | None) -> str:
    return f", {privileges}" if privileges else ""


def _grant_on(cursor: Cursor, privileges: str, table: str, role: str) -> None:
    cursor.execute(
        sql.SQL("GRANT {} ON public.{} TO {}").format(
            sql.SQL(privileges), sql.Identifier(table), sql.Identifier(role)
        )
    )


def _restrict_rows(cursor: Cursor, table: str, condition: str, *, national: str, group: str):
    mine = f"substr(current_user, {len(settings.DATABASE_ROLE_PREFIX) + 2})"
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
    _grant_all(cursor, schema, role_of(schema))
    for table in KEPT_BY_TRIGGERS:
        names = {"table": sql.Identifier(schema, table), "role": sql.Identifier(role_of(schema))}
        cursor.execute(
            sql.SQL("REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}").format(**names)
        )
    # To lock a row takes the right to update a column of it: its key, that a check holds.
    names["table"] = sql.Identifier(schema, KEPT_BY_TRIGGERS[0])
    cursor.execute(sql.SQL("GRANT UPDATE (id) ON {table} TO {role}").format(**names))


def _grant_all(cursor: Cursor, schema: str, role: str) -> None:
    """Read and write everywhere in a schema, but only add to append-only tables."""
    names = {"schema": sql.Identifier(schema), "role": sql.Identifier(role)}
    for statement in (
        "GRANT USAGE ON SCHEMA {schema} TO {role}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role}",
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
