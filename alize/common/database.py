"""What several applications need of the database: the schema, first and append-only tables."""

from collections.abc import Mapping
from copy import copy
from itertools import groupby
from typing import Any, TypeVar, cast

from django.db import connection, router
from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel, RunSQL
from django.db.migrations.operations.base import Operation
from django.db.models import Func, Model, QuerySet
from django.db.models.functions import Lower

Row = TypeVar("Row", bound=Model)
ADDED_TOGETHER = {CreateModel, AddField, AddIndex, AddConstraint}
"""What may be known of the models before it is in the database."""


def current_schema() -> str:
    """The schema that the connection works in: a basin's, or `public`."""
    return str(cast(Any, connection).schema_name)


def hold(name: str) -> None:
    """Wait until no other transaction holds this name in this schema; ours does to its end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{current_schema()}:{name}"]
        )


def alphabetical(name: str) -> Func:
    """The order of a French list: « Électrométal » before « Forges », capital or not.

    The collation of the server sorts by code point, where every accent comes after z.
    """
    return Func(Lower(name), function="unaccent")


def write_once(
    rows: QuerySet[Row],
    *,
    says: Mapping[str, Any],
    signed: Mapping[str, Any] | None = None,
    **key: Any,
) -> tuple[Row, bool]:
    """Make the row of a key say something, `signed` with it; returns whether it did not already.

    What is sent twice is then told once: whoever calls records nothing when nothing was written.
    """
    signature = signed or {}
    row, is_new = rows.select_for_update(of=("self",)).get_or_create(
        defaults={**says, **signature}, **key
    )
    if is_new:
        return row, True
    if all(getattr(row, name) == value for name, value in says.items()):
        return row, False
    for name, value in {**says, **signature}.items():
        setattr(row, name, value)
    row.save(update_fields=[*says, *signature])
    return row, True


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
    new basin, that was nine tenths of the time. Nothing refers to an application before its first
    migration: only its own models are drawn.
    """

    initial = True

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        if not router.allow_migrate(schema_editor.connection.alias, self.app_label):
            self._know(project_state, self.operations)  # it has no table in this schema
            return project_state
        for kind, group in groupby(self.operations, type):
            part: Any = copy(self)
            part.operations = list(group)
            if kind in ADDED_TOGETHER and not collect_sql:
                before = project_state.clone()
                self._know(project_state, part.operations)
                for operation in part.operations:
                    operation.database_forwards(
                        self.app_label, schema_editor, before, project_state
                    )
            else:
                super(InitialMigration, part).apply(project_state, schema_editor, collect_sql)
        return project_state

    def _know(self, project_state: Any, operations: list[Operation]) -> None:
        """What the operations make of the models, drawn once."""
        drawn = project_state.__dict__.pop("apps", None)
        for operation in operations:
            operation.state_forwards(self.app_label, project_state)
        if drawn is not None:
            ours = {
                key: state
                for key, state in project_state.models.items()
                if key[0] == self.app_label
            }
            for key in ours:
                drawn.unregister_model(*key)
            drawn.render_multiple(ours.values())
            project_state.apps = drawn
