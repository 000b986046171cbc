"""What must hold before the application serves its first request."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from alize.common.access import Audience, check_every_view_is_declared, rule_of, walk
from basins.access import MATRIX

TWIN_TABLES = """
SELECT schema_name, table_name FROM basins_basin
CROSS JOIN (
    SELECT table_name FROM information_schema.tables
    WHERE table_schema = 'public' AND table_name SIMILAR TO '(audit|documents)\\_%%'
) AS twin
JOIN pg_roles ON rolname = %s || schema_name
WHERE has_table_privilege(
    rolname, 'public.' || table_name, 'SELECT, INSERT, UPDATE, DELETE')
"""

WHOLE_TABLES = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND NOT relrowsecurity
"""


TEMPORARY_TABLES = """
SELECT rolname FROM pg_roles
WHERE pg_has_role(session_user, oid, 'MEMBER')
  AND has_database_privilege(oid, current_database(), 'TEMPORARY')
ORDER BY rolname
"""


def check_before_serving() -> None:
    """Refuse to serve with an undeclared view, or a database that is not as closed as it must be.

    :raises ImproperlyConfigured: saying which.
    """
    check_every_view_is_declared()
    for path, entry in walk():
        rule = rule_of(entry.callback, entry.name)
        if rule.audience is Audience.MATRIX and rule.act not in MATRIX:
            raise ImproperlyConfigured(f"{path} names an act that the matrix does not know.")
    check_twins_are_closed()
    check_no_temporary_tables()
    check_rows_are_cut()
    # The processes that a server forks from this one each open their own.
    connection.close()


def check_twins_are_closed() -> None:
    """Prove that no basin's role holds a right on the journal or the documents of `public`."""
    with connection.cursor() as cursor:
        cursor.execute(TWIN_TABLES, [f"{settings.DATABASE_ROLE_PREFIX}_"])
        open_twins = cursor.fetchall()
    if open_twins:
        raise ImproperlyConfigured(f"Basins can reach twin tables of public: {open_twins}")


def check_no_temporary_tables() -> None:
    """Prove that no role of the application may make a table, not even one that passes.

    What runs with the owner's rights could be made to work on it (deploy/database.sql).
    """
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY_TABLES)
        may = [role for (role,) in cursor]
    if may:
        raise ImproperlyConfigured(
            f"Roles may make temporary tables, run deploy/database.sql again: {', '.join(may)}"
        )


def check_rows_are_cut() -> None:
    """Prove that of the tables of `public` a basin's role sees its own rows and people alone."""
    # The backend that they are written for is not read before the applications are.
    from basins.grants import BASIN_SEES

    with connection.cursor() as cursor:
        cursor.execute(WHOLE_TABLES, [[*BASIN_SEES]])
        whole = cursor.fetchall()
    if whole:
        raise ImproperlyConfigured(f"Basins can read whole tables of public: {whole}")
