"""What several applications need of the database: the schema, first and append-only tables."""

from copy import copy
from itertools import groupby
from typing import Any, cast

from django.db import connection, router
from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel, RunSQL

ADDED_TOGETHER = {CreateModel, AddField, AddIndex, AddConstraint}
"""What may be known of the models before it is in the database."""


def current_schema() -> str:
    """The schema that the connection works in: a basin's, or `public`."""
    return str(cast(Any, connection).schema_name)


def append_only(table: str, constraint: str = "") -> RunSQL:
    """Refuse every change or removal of the rows of a table, whoever asks (security.md D9).

    `constraint` is the name raised, `<table>_append_only` unless given.
    """
    argument = f"'{constraint}'" if constraint else ""
    function = f"public.alize_append_only({argument})"
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function};"
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}",
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table}",
    )


class InitialMigration(Migration):
    """A first migration, whose operations of a kind are all known before the first one is done.

    Django draws the models again after each operation, with all that refer to one another: for a
    new basin, that was nine tenths of the time.
    """

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        if not router.allow_migrate(schema_editor.connection.alias, self.app_label):
            # The application has no table in this schema: nothing needs its models drawn.
            project_state.__dict__.pop("apps", None)
            return self.mutate_state(project_state, preserve=False)
        for kind, group in groupby(self.operations, type):
            part: Any = copy(self)
            part.operations = list(group)
            if kind in ADDED_TOGETHER and not collect_sql:
                part._add(project_state, schema_editor)
            else:
                super(InitialMigration, part).apply(project_state, schema_editor, collect_sql)
        return project_state

    def _add(self, project_state: Any, schema_editor: Any) -> None:
        before = project_state.clone()
        project_state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, project_state)
