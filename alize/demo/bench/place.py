"""A database of the bench's own, on the server it is given: nothing of it stays."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.db import connection
from psycopg import sql
from psycopg.errors import DependentObjectsStillExist, InsufficientPrivilege, UndefinedObject

from alize.common.errors import Refusal
from basins import provisioning, tenancy
from basins.enums import BasinStatus
from basins.models import Basin
from basins.postgresql.base import role_of

FIRST_BASIN = 9001
EXTENSIONS = ("unaccent", "btree_gist", "pg_trgm")


@contextmanager
def own_database() -> Iterator[None]:
    """Work in a new database with an up-to-date `public`, dropped afterwards.

    :raises Refusal: the owner may not make databases on this server.
    """
    given = connection.settings_dict["NAME"]
    own = f"{given}_bench"
    _make(own)
    connection.close()
    connection.settings_dict["NAME"] = own
    tenancy.leave()
    try:
        provisioning.migrate_public()
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given
        tenancy.leave()
        _drop(own)


def _make(name: str) -> None:
    try:
        with tenancy.owner_cursor() as cursor:
            cursor.connection.autocommit = True
            for statement in (
                "DROP DATABASE IF EXISTS {}",
                "CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'"
                " LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'",
                "REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC",
                "GRANT CONNECT ON DATABASE {} TO " + settings.DATABASES["default"]["USER"],
            ):
                cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))
    except InsufficientPrivilege as error:
        raise Refusal(
            "Le banc de mesure travaille dans une base à lui : donnez-lui le droit de la créer "
            "(ALTER ROLE … CREATEDB), ou lancez-le sans DATABASE_URL."
        ) from error
    connection.settings_dict["NAME"], given = name, connection.settings_dict["NAME"]
    try:
        with tenancy.owner_cursor() as cursor:
            for extension in EXTENSIONS:
                cursor.execute(sql.SQL("CREATE EXTENSION {}").format(sql.Identifier(extension)))
    finally:
        connection.settings_dict["NAME"] = given


def _drop(name: str) -> None:
    with tenancy.owner_cursor() as cursor:
        cursor.connection.autocommit = True
        cursor.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
        # Roles belong to the whole server: those that another bench still uses are its to drop.
        roles = cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname ~ %s", [role_of("b_9[0-9]{3}(_ro)?$")]
        ).fetchall()
        for (role,) in roles:
            with suppress(UndefinedObject, DependentObjectsStillExist):
                cursor.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def new_basin(number: int) -> Basin:
    """The row of an installed basin, without its schema."""
    return Basin.objects.create(
        schema_name=f"b_{FIRST_BASIN + number:04d}",
        slug=f"banc-{number}",
        name=f"Banc {number}",
        departments=["73"],
        status=BasinStatus.INSTALLED,
        installed_on="2020-01-01",
    )
