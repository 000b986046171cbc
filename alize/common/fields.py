"""Fields of forms for what people type in French: amounts, dates, the key of a command."""

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from alize.common.dates import parse_french_date, short_date
from alize.common.money import format_euros, parse_euros


class EurosField(forms.CharField):
    """An amount typed as « 22 000,50 », cleaned to cents."""

    unit = "€"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"widget": forms.TextInput(attrs={"inputmode": "decimal"}), "max_length": 30}
            | kwargs
        )

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_euros(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return format_euros(value).removesuffix("€").strip() if isinstance(value, int) else value


class FrenchDateField(forms.CharField):
    """A day typed as « 12/03/2027 » or « 12 mars 2027 », cleaned to a date."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{
                "widget": forms.TextInput(
                    attrs={"inputmode": "numeric", "placeholder": "jj/mm/aaaa"}
                ),
                "max_length": 30,
            }
            | kwargs
        )

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_french_date(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        return short_date(value) if isinstance(value, date) else value


class CommandKeyField(forms.UUIDField):
    """The hidden key made when a page is rendered, so that its form counts once (D14)."""

    def __init__(self) -> None:
        super().__init__(
            widget=forms.HiddenInput,
            initial=uuid4,
            error_messages={
                "required": "Rechargez la page avant de recommencer.",
                "invalid": "Rechargez la page avant de recommencer.",
            },
        )
