"""What people type and a document may print: refused where it is typed, and named."""

import unicodedata
from typing import Any

from django import forms
from django.db import models

from alize.common.errors import InvalidInput
from alize.documents.printable import printable

_IN_NAMES = " -'\u2019.,()"
"""What stands between the letters of a name: « d'Arc », « Jean-Luc », « J. », « (Mme) »."""


class TextField(forms.CharField):
    """A free text, kept as a document prints it."""

    def to_python(self, value: Any) -> str:
        """The text with its letters and accents joined.

        :raises ValidationError: our typeface does not draw one of its characters.
        """
        try:
            return printable(super().to_python(value))
        except InvalidInput as refused:
            raise forms.ValidationError(refused.reason) from refused


class PersonNameField(TextField):
    """The name of a person, or one of its words: in letters."""

    default_error_messages = {
        "max_length": "Un nom tient en %(limit_value)d caractères : il y en a %(show_value)d ici."
    }

    def validate(self, value: str) -> None:
        """Refuse what nobody is called.

        :raises ValidationError: it is an address, holds a digit or a sign, or has no letter.
        """
        super().validate(value)
        if "@" in value:
            raise forms.ValidationError(
                "Ceci est une adresse électronique : écrivez ici le nom de la personne."
            )
        for sign in value:
            if sign not in _IN_NAMES and unicodedata.category(sign)[0] not in "LMZ":
                raise forms.ValidationError(f"Un nom s'écrit en lettres, sans « {sign} ».")
        if value and not any(sign.isalpha() for sign in value):
            raise forms.ValidationError("Un nom s'écrit en lettres.")


def text_fields(field: models.Field, **options: Any) -> forms.Field | None:
    """The `formfield_callback` of forms made from a model: its free texts are such fields."""
    is_text = type(field) in {models.CharField, models.TextField} and not field.choices
    return field.formfield(**({"form_class": TextField} if is_text else {}), **options)
