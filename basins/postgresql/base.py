"""Sends the search path and the role of the current schema in one statement (security.md D2).

A search path alone fails open: a table missing from a basin would be read from `public`. The role
of a basin holds no right anywhere else, so a mistake is an error and never another basin's rows.
"""

from collections.abc import Iterable

from django.conf import settings
from django.db.backends.postgresql.client import DatabaseClient as PostgresClient
from django.db.utils import InternalError
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantsDatabaseWrapper

from basins.postgresql.schema import SchemaEditor


def role_of(schema: str) -> str:
    """The database role that may work in a schema."""
    return f"{settings.DATABASE_ROLE_PREFIX}_{schema}"


def reader_of(schema: str) -> str:
    """The database role that only reads a schema (security.md SD15)."""
    return f"{role_of(schema)}_ro"


class DatabaseClient(PostgresClient):
    """Opens psql once the database has answered: its absence is said as by any other command."""

    def runshell(self, parameters: Iterable[str]) -> None:
        self.connection.ensure_connection()
        super().runshell(parameters)


class DatabaseWrapper(TenantsDatabaseWrapper):
    """A connection that is always in exactly one schema, under the role of that schema."""

    client_class = DatabaseClient
    SchemaEditorClass = SchemaEditor
    as_owner = False
    """True while the owner is connected (migrations): it keeps its own role."""
    reads_only = False
    """True while somebody who writes nothing is served: in each schema, its role that reads."""

    def _handle_search_path(self, cursor=None) -> None:
        if self._setting_search_path or self.search_path_set_schemas:
            return
        self._setting_search_path = True
        schemas = self._get_cursor_search_paths()
        own = cursor if cursor is not None else self.connection.cursor()
        try:
            own.execute(
                "SELECT set_config('search_path', %s, false), set_config('role', %s, false)",
                [
                    ",".join(f'"{schema}"' for schema in schemas),
                    self._role(),
                ],
            )
        except InternalError:
            # The transaction has already failed: only a rollback can follow, which sends it again.
            self.search_path_set_schemas = None
        else:
            self.search_path_set_schemas = schemas
        finally:
            self._setting_search_path = False
            if cursor is None:
                own.close()

    def _role(self) -> str:
        if self.as_owner:
            return "none"
        return reader_of(self.schema_name) if self.reads_only else role_of(self.schema_name)

    def only_read(self, only: bool) -> None:
        """Take the roles that only read from now on, whatever the schema, or give them back."""
        if only != self.reads_only:
            self.reads_only = only
            self.search_path_set_schemas = None

    def check_constraints(self, table_names=None) -> None:
        """Check now what is checked at the commit, and later again, in one round trip."""
        with self.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    def set_tenant(self, tenant, include_public: bool = True) -> None:
        same = (self.schema_name, self.include_public_schema) == (
            tenant.schema_name,
            include_public,
        )
        applied = self.search_path_set_schemas
        super().set_tenant(tenant, include_public)
        if same:
            self.search_path_set_schemas = applied
