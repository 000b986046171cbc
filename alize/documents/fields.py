"""What people type and a document may print: refused where it is typed, and named."""

from typing import Any

from django import forms
from django.db import models

from alize.common.errors import InvalidInput
from alize.documents.printable import printable


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


def text_fields(field: models.Field, **options: Any) -> forms.Field | None:
    """The `formfield_callback` of forms made from a model: its free texts are such fields."""
    is_text = type(field) in {models.CharField, models.TextField} and not field.choices
    return field.formfield(**({"form_class": TextField} if is_text else {}), **options)
