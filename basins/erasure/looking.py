"""Where the texts of a schema name somebody: every text of every table is looked through."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast

from basins.erasure.asked import Asked
from basins.erasure.rooms import KEPT

OF_THE_ACCOUNT = frozenset(
    {"account", "accounts", "contenttypes", "mfa", "sessions", "socialaccount", "usersessions"}
)
"""The account goes whole, and the name of the person with it."""


@dataclass(frozen=True)
class Trace:
    """Trace : how many rows of a table name somebody in a text, and why they stay if they do."""

    model: type[models.Model]
    field: models.Field
    count: int
    ground: str = ""

    def __str__(self) -> str:
        return f"{self.model._meta.verbose_name}, {self.field.verbose_name} : {self.count}"


def traces(asked: Asked) -> Iterator[Trace]:
    """Where the texts of the current schema name somebody."""
    for model, rows, ground in rows_here():
        found = rows.aggregate(
            **{text.name: Count("pk", filter=names_them(asked, text)) for text in _texts(model)}
        )
        for text in _texts(model):
            if found[text.name]:
                yield Trace(model, text, found[text.name], ground)


def rows_here() -> Iterator[tuple[type[models.Model], QuerySet, str]]:
    """The rows of each table of the current schema, those that are kept apart."""
    here = _tables_here()
    for model in apps.get_models():
        options = model._meta
        if options.db_table not in here or options.app_label in OF_THE_ACCOUNT or not _texts(model):
            continue
        rows = model._base_manager.all()
        ground, kept = KEPT.get(options.label_lower) or KEPT.get(options.app_label) or ("", None)
        if ground:
            yield model, rows.filter(kept), ground
        if kept is None or kept:
            yield model, rows.exclude(kept) if kept else rows, ""


def _tables_here() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {table for (table,) in cursor.fetchall()}


def _texts(model: type[models.Model]) -> list[models.Field]:
    kinds = models.CharField | models.TextField | models.JSONField
    return [
        one
        for one in model._meta.local_concrete_fields
        if isinstance(one, kinds) and not one.choices
    ]


def names_them(asked: Asked, text: models.Field) -> Q:
    """That a text names them."""
    words = Cast(text.name, TextField())
    named = Q()
    for pattern, _ in asked.patterns:
        named |= Q(models.lookups.IRegex(words, pattern))
    return named
