"""Turns a constraint the database refused into the French sentence written on the model."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import DateRangeField
from django.db import IntegrityError, models
from django.db.models import F, Func, Q, Value

from alize.common.errors import Refusal
from alize.common.trigger_sentences import TRIGGER_SENTENCES

FALLBACK = "Cette saisie contredit une règle de l'application ; rien n'a été enregistré."


def sentence_of(error: IntegrityError) -> str:
    """The `violation_error_message` of the constraint behind a database error.

    The name is the one PostgreSQL gives; triggers raise with the same `CONSTRAINT` field.
    """
    diagnostic = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostic, "constraint_name", None)
    if name in TRIGGER_SENTENCES:
        return TRIGGER_SENTENCES[name]
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name == name:
                return str(constraint.get_violation_error_message())
    return FALLBACK


def reason_of(error: Refusal | IntegrityError) -> str:
    """The sentence of a refusal, the application's or the database's."""
    return error.reason if isinstance(error, Refusal) else sentence_of(error)


def days_held() -> Func:
    """The days from `starts_on` to `ends_on`, both included, which constraints keep apart."""
    return Func(
        F("starts_on"),
        F("ends_on"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )


def together(model: str, *stems: str) -> list[models.CheckConstraint]:
    """For each stem, `<stem>_at` and `<stem>_by` are set together or not at all."""
    return [
        models.CheckConstraint(
            condition=Q(**{f"{stem}_at__isnull": True, f"{stem}_by__isnull": True})
            | Q(**{f"{stem}_at__isnull": False, f"{stem}_by__isnull": False}),
            name=f"{model}_{stem}_at_and_by",
        )
        for stem in stems
    ]


def one_of(model: str, field: str, values: Iterable[Any]) -> models.CheckConstraint:
    """The column holds a value of the enumeration, or nothing where it may; whoever writes it.

    A text that may stay empty has `""` among its values: `["", *Opinion]`.
    """
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": _written(values)}), name=f"{model}_{field}_is_known"
    )


def each_of(model: str, field: str, values: Iterable[Any]) -> models.CheckConstraint:
    """The same of each value of a list."""
    return models.CheckConstraint(
        condition=Q(**{f"{field}__contained_by": _written(values)}),
        name=f"{model}_{field}_are_known",
    )


def _written(values: Iterable[Any]) -> list[Any]:
    return sorted(getattr(value, "value", value) for value in values)
