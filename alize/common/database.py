"""What several applications need of the database: the current schema, append-only tables."""

from typing import Any, cast

from django.db import connection
from django.db.migrations.operations import RunSQL


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
