"""The only place that switches schema."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.db import connection, transaction

from basins.models import Basin

CACHE_SECONDS = 5.0
"""What closes a basin or asks for a factor does not wait for it: it is read with the roles."""
LOCK_TIMEOUT = "5s"
"""How long a migration waits for a table in use; meanwhile all who want it wait behind (S59)."""
_known: dict[str, tuple[float, Basin]] = {}


def find(slug: str) -> Basin | None:
    """The open basin with this address, kept a few seconds in the process."""
    kept = _known.get(slug)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    with national():
        basin = Basin.objects.open().filter(slug=slug).first()
    if basin is not None:
        _known[slug] = (time.monotonic() + CACHE_SECONDS, basin)
    return basin


def forget(slug: str) -> None:
    """Drop a basin from the process's memory after its row changed."""
    _known.pop(slug, None)


def enter(basin: Basin) -> None:
    """Work in a basin from now on; for the middleware, which leaves at the end of the request."""
    connection.set_tenant(basin)


def only_read(only: bool) -> None:
    """Whether nothing may be written until `leave`, in any schema: the database holds it (SD15)."""
    connection.only_read(only)  # type: ignore[attr-defined]  # the backend's


def leave() -> None:
    """Work in `public` again, reading and writing."""
    connection.only_read(False)  # type: ignore[attr-defined]  # the backend's
    connection.set_schema_to_public()


def current() -> Basin:
    """The basin that is being worked in."""
    return connection.tenant  # type: ignore[attr-defined]  # set by the backend


@contextmanager
def inside(basin: Basin) -> Iterator[Basin]:
    """Work in a basin for a while: tasks, commands and tests."""
    previous = connection.tenant
    connection.set_tenant(basin)
    try:
        yield basin
    finally:
        connection.set_tenant(previous)


@contextmanager
def national() -> Iterator[None]:
    """Work in `public` for a while."""
    previous = connection.tenant
    connection.set_schema_to_public()
    try:
        yield
    finally:
        connection.set_tenant(previous)


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the owner for a while: migrations and nothing else.

    :raises RuntimeError: no owner is configured in this process, or a transaction is open.
    """
    if not settings.DATABASE_OWNER["USER"]:
        connection.ensure_connection()  # no database at all is said first
        raise RuntimeError("DATABASE_OWNER_URL is needed here.")
    if connection.in_atomic_block:
        raise RuntimeError("The owner does not join an open transaction.")
    mine = {key: connection.settings_dict[key] for key in settings.DATABASE_OWNER}
    connection.close()
    connection.settings_dict.update(settings.DATABASE_OWNER, NAME=mine["NAME"])
    connection.as_owner = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        yield
    finally:
        connection.set_schema_to_public()
        connection.close()
        connection.settings_dict.update(mine)
        connection.as_owner = False


@contextmanager
def owner_cursor() -> Iterator[psycopg.Cursor]:
    """A cursor of the owner on a connection of its own, in one transaction."""
    owner = settings.DATABASE_OWNER
    parameters = {
        "dbname": connection.settings_dict["NAME"],
        "user": owner["USER"],
        "password": owner["PASSWORD"],
        "host": owner["HOST"],
        "port": owner["PORT"],
    }
    given = {name: value for name, value in parameters.items() if value}
    with psycopg.connect(**given, **owner["OPTIONS"]) as own, own.cursor() as cursor:
        yield cursor


def every_basin() -> list[Basin]:
    """All open basins, for jobs that visit each; they open and close their own connection."""
    with national(), transaction.atomic():
        return list(Basin.objects.open().order_by("schema_name"))


def every_space() -> list[Basin]:
    """All basins that have a space, closed ones too: their rows stay, and still name people."""
    with national(), transaction.atomic():
        return list(Basin.objects.with_space().order_by("schema_name"))
