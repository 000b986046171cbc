"""Migration operations that several applications need."""

from django.db.migrations.operations import RunSQL


def append_only(table: str) -> RunSQL:
    """Refuse every change or removal of the rows of a table, whoever asks (security.md D9)."""
    return RunSQL(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION public.alize_append_only();"
        f"CREATE TRIGGER append_only_whole BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION public.alize_append_only()",
        f"DROP TRIGGER append_only ON {table}; DROP TRIGGER append_only_whole ON {table}",
    )
