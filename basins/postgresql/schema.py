"""Makes a table with its foreign keys (scale.md 1)."""

from django.db.backends.postgresql.schema import DatabaseSchemaEditor


class SchemaEditor(DatabaseSchemaEditor):
    """Added afterwards, as Django does, each key has PostgreSQL look for rows that break it."""

    sql_create_inline_fk = "REFERENCES %(to_table)s (%(to_column)s) DEFERRABLE INITIALLY DEFERRED"
