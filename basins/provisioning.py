"""Makes and migrates the schemas of basins by replaying SQL (scale.md 1 and 2).

The SQL is never written by hand: it is what the migrations sent to the database, recorded once on
a scratch schema and replayed in one transaction a basin. Data migrations take the ORM's path.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from sys import modules

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from psycopg import sql

from alize.common.errors import Refusal
from alize.drafting import operations as drafting
from basins import grants
from basins.models import Basin, SchemaBlueprint
from basins.postgresql.base import role_of
from basins.tenancy import LOCK_TIMEOUT, as_owner, national, owner_cursor

SCRATCH = "b_scratch"
REPLAYED_TOGETHER = 50
"""How many basins one connection visits before it is closed."""
CHECKED_AT_ONCE = "SET CONSTRAINTS ALL IMMEDIATE"
"""A table whose rows wait for a check may not be altered in the same transaction."""
_SILENT = ("SELECT", "SHOW", "SET ", "SAVEPOINT", "RELEASE", "ROLLBACK")


class _Schema:
    """A schema that is no basin, for django-tenants' interface."""

    def __init__(self, schema_name: str) -> None:
        self.schema_name = schema_name


def fingerprint() -> str:
    """A digest of every migration of the applications that live in basins."""
    digest = hashlib.sha256()
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for key in sorted(loader.disk_migrations):
        source = modules[loader.disk_migrations[key].__module__].__file__
        digest.update(repr(key).encode())
        if source is not None:
            digest.update(Path(source).read_bytes())
    return digest.hexdigest()


@contextmanager
def _recording() -> Iterator[list[str]]:
    """Collect every statement that changes something on the current connection."""
    statements: list[str] = []

    def record(execute, statement, params, many, context):
        if not str(statement).lstrip().upper().startswith(_SILENT):
            cursor = psycopg.ClientCursor(context["connection"].connection)
            rows = params if many else [params]
            statements.extend(cursor.mogrify(statement, row or None) for row in rows)
        return execute(statement, params, many, context)

    with connection.execute_wrapper(record):
        yield statements


def _migrate_for_real(schema: str) -> None:
    call_command("migrate_schemas", schema_name=schema, tenant=True, verbosity=0)


def blueprint() -> str:
    """The SQL of a fresh basin; recorded on a scratch schema when the migrations changed.

    The owner will run it: nobody else may write it.
    """
    known = SchemaBlueprint.objects.filter(fingerprint=fingerprint()).first()
    if known is not None:
        return known.sql
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {SCRATCH} CASCADE")
            cursor.execute(f"CREATE SCHEMA {SCRATCH}")
        with _recording() as statements:
            _migrate_for_real(SCRATCH)
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA {SCRATCH} CASCADE")
    script = ";\n".join(statement.rstrip().rstrip(";") for statement in statements)
    with owner_cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.basins_schemablueprint (fingerprint, sql, created_at)"
            " VALUES (%s, %s, now())",
            [fingerprint(), script],
        )
    return script


def create_schema(basin: Basin) -> None:
    """Make the role and the schema of a basin, tables included, in one transaction."""
    script = blueprint()
    schema = sql.Identifier(basin.schema_name)
    with owner_cursor() as cursor:
        grants.ensure_role(cursor, basin.schema_name)
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
        cursor.execute(sql.SQL("SET LOCAL search_path = {}, public").format(schema))
        cursor.execute(script.encode())
        grants.apply_to_basin(cursor, basin.schema_name)


@dataclass(frozen=True)
class Progress:
    """One basin brought to the last version."""

    basin: Basin
    done: int
    total: int


@dataclass(frozen=True)
class Version:
    """What a basin lacks of the last version, and what it has that this code does not know."""

    basin: Basin
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


class MigrationFailed(Refusal):
    """A basin could not be brought to the last version; the sentence names it and its schema."""


def migrate_public() -> None:
    """Bring `public` to the last version, with the first texts, and renew the rights on it."""
    with as_owner():
        call_command("migrate_schemas", shared=True, verbosity=0)
    with owner_cursor() as cursor:
        grants.apply_to_public(cursor)
    with national():
        drafting.add_first(at=timezone.now())


def migrate_basins(report: Callable[[Progress], None] = lambda progress: None) -> int:
    """Bring every basin to the last version, with the rights on it; returns how many needed it.

    The versions of all basins are read in one query; the plan and its SQL are made once for each
    distinct version, on the first basin that has it, and replayed on the others, each in its own
    transaction. Called again after a failure, it goes on from there.

    :raises MigrationFailed: at the first basin that could not follow; those before it have.
    """
    waiting = [
        (applied, basins)
        for applied, basins in _versions().items()
        if applied != _expected_version()
    ]
    total = sum(len(basins) for _, basins in waiting)
    numbers = count(1)
    for applied, (first, *others) in waiting:
        statements = _migrate_at_once(first)
        report(Progress(first, next(numbers), total))
        follow = (
            _migrate_with_orm(others)
            if _has_data_migration(applied)
            else _replay(others, ";\n".join(statements))
        )
        for basin in follow:
            report(Progress(basin, next(numbers), total))
    for basin in _without_rights():
        _renew_rights(basin)
    return total


def _migrate_with_orm(basins: list[Basin]) -> Iterator[Basin]:
    for basin in basins:
        _migrate_at_once(basin)
        yield basin


def _migrate_at_once(basin: Basin) -> list[str]:
    """Bring one basin to the last version, rights included, or leave it as it was (S59).

    :raises MigrationFailed: one of its migrations did not pass.
    """
    with _naming(basin), as_owner(), transaction.atomic(), _recording() as statements:
        with connection.cursor() as cursor:
            cursor.execute(CHECKED_AT_ONCE)
        _migrate_for_real(basin.schema_name)
        grants.apply_to_basin(connection.connection.cursor(), basin.schema_name)
    return statements


@contextmanager
def _naming(basin: Basin) -> Iterator[None]:
    """Say in which basin a migration failed."""
    try:
        yield
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise MigrationFailed(
            f"Le bassin {basin.name} (schéma {basin.schema_name}) n'a pas pu être mis à jour :"
            f" {reason}. Les bassins précédents le sont, celui-ci est resté comme il était :"
            " corrigez, puis relancez la commande, qui reprendra à ce bassin."
        ) from error


def renew_rights() -> None:
    """Renew the rights on `public` and on every basin, after a migration of any kind."""
    with owner_cursor() as cursor:
        grants.apply_to_public(cursor)
    for basins in _versions().values():
        for basin in basins:
            _renew_rights(basin)


def _without_rights() -> list[Basin]:
    """The basins whose role cannot read one of their tables: a migration stopped on the way."""
    basins = {basin.schema_name: basin for basin in Basin.objects.order_by("schema_name")}
    with owner_cursor() as cursor:
        rows = cursor.execute(
            """
            SELECT DISTINCT nspname FROM pg_class
            JOIN pg_namespace ON pg_namespace.oid = relnamespace
            JOIN pg_roles ON rolname = %(prefix)s || nspname
            WHERE nspname = ANY(%(schemas)s) AND relkind IN ('r', 'p', 'v')
              AND NOT has_table_privilege(pg_roles.oid, pg_class.oid, 'SELECT')
            """,
            {"prefix": role_of(""), "schemas": list(basins)},
        ).fetchall()
    return [basins[schema] for (schema,) in rows]


def _renew_rights(basin: Basin) -> None:
    with owner_cursor() as cursor:
        grants.apply_to_basin(cursor, basin.schema_name)


def _replay(basins: list[Basin], script: str) -> Iterator[Basin]:
    """Send what one basin's migration sent to the others, a transaction each.

    Rights follow tables and triggers: they are renewed only when some were made. A connection
    grows with every basin it visits, so each serves a group of them (scale.md 3).
    """
    makes_something = re.search(r"\bCREATE\b", script, re.IGNORECASE)
    for start in range(0, len(basins), REPLAYED_TOGETHER):
        with owner_cursor() as cursor:
            for basin in basins[start : start + REPLAYED_TOGETHER]:
                with _naming(basin), cursor.connection.transaction():
                    cursor.execute(
                        sql.SQL(
                            "SET LOCAL lock_timeout = {}; SET LOCAL search_path = {}, public; {}"
                        ).format(
                            sql.Literal(LOCK_TIMEOUT),
                            sql.Identifier(basin.schema_name),
                            sql.SQL(CHECKED_AT_ONCE),
                        )
                    )
                    cursor.execute(script.encode())
                    if makes_something:
                        grants.apply_to_basin(cursor, basin.schema_name)
                yield basin


def versions() -> list[Version]:
    """The version of every basin that has a space, in the order of their schemas."""
    expected = _expected_version()
    found = [
        Version(
            basin,
            missing=tuple(sorted(map(".".join, expected - applied))),
            unknown=tuple(sorted(map(".".join, applied - expected))),
        )
        for applied, basins in _versions().items()
        for basin in basins
    ]
    return sorted(found, key=lambda version: version.basin.schema_name)


def _expected_version() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _versions() -> dict[frozenset[tuple[str, str]], list[Basin]]:
    """The basins by the set of migrations they have had, in one query."""
    basins = {basin.schema_name: basin for basin in Basin.objects.order_by("schema_name")}
    with owner_cursor() as cursor:
        present = cursor.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY nspname",
            [list(basins)],
        ).fetchall()
        if not present:
            return {}
        query = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {}, array_agg(app || '.' || name) FROM {}.django_migrations").format(
                sql.Literal(schema), sql.Identifier(schema)
            )
            for (schema,) in present
        )
        rows = cursor.execute(query).fetchall()
    versions = defaultdict(list)
    for schema, names in rows:
        applied = frozenset(tuple(name.split(".", 1)) for name in names or ())
        versions[applied].append(basins[schema])
    return dict(versions)


def _has_data_migration(applied: frozenset[tuple[str, str]]) -> bool:
    """Whether a migration still to come in this version computes with the ORM."""
    executor = MigrationExecutor(connection)
    return any(
        isinstance(operation, RunPython)
        and executor.loader.graph.nodes[key].app_label in _basin_app_labels()
        for key in executor.loader.disk_migrations
        if key not in applied
        for operation in executor.loader.disk_migrations[key].operations
    )


def _basin_app_labels() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in settings.TENANT_APPS)
