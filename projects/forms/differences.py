"""What two people wrote differently in one section, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms

from projects.forms.lines import BaseLines
from projects.forms.sections import SectionInput


@dataclass(frozen=True)
class Difference:
    """One field that two people filled in differently."""

    label: str
    theirs: str
    mine: str


def differences(typed: SectionInput, stored: SectionInput) -> Iterator[Difference]:
    """Where what was typed is not what is stored now, in words."""
    for name, field in typed.form.fields.items():
        mine, theirs = typed.form.cleaned_data[name], stored.form.initial.get(name)
        if (mine or None) != (theirs or None):
            yield Difference(str(field.label), _words(field, theirs), _words(field, mine))
    if typed.lines is not None and stored.lines is not None:
        mine = [_line_words(typed.lines, row) for row in typed.line_values()]
        theirs = [_line_words(stored.lines, row) for row in stored.lines.initial]
        if mine != theirs:
            yield Difference("Lignes", "\n".join(theirs), "\n".join(mine))


def _words(field: forms.Field, value: Any) -> str:
    """A value as the page shows it."""
    if isinstance(field, forms.BooleanField):
        return "oui" if value else "non"
    if isinstance(field, forms.ChoiceField):
        return str(dict(field.choices).get(value, ""))
    return str(field.prepare_value(value) or "")


def _line_words(lines: BaseLines, row: Mapping[str, Any]) -> str:
    fields = lines.form.base_fields
    words = (
        (str(field.label).lower() if row.get(name) else "")
        if isinstance(field, forms.BooleanField)
        else _words(field, row.get(name))
        for name, field in fields.items()
    )
    return ", ".join(filter(None, words))
