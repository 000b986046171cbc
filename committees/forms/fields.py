"""Fields shared by the forms of the committee."""

import re
from datetime import time
from typing import Any

from django import forms

from committees.models import Seat

HOUR = re.compile(r"\s*(?P<hour>[0-9]{1,2})\s*(?:[h:]\s*(?P<minute>[0-9]{2})?)?\s*", re.IGNORECASE)


class HourField(forms.CharField):
    """An hour typed as « 14 h 30 » or « 14:30 », cleaned to a time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "14 h 30", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 10} | kwargs)

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if not text:
            return None
        match = HOUR.fullmatch(text)
        if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
            raise forms.ValidationError(f"« {text} » n'est pas une heure : écrivez 14 h 30.")
        return time(int(match["hour"]), int(match["minute"] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour} h {value.minute:02d}" if isinstance(value, time) else value


class SeatField(forms.ModelChoiceField):
    """A seat, by who holds it and for which partner."""

    def label_from_instance(self, seat: Seat) -> str:
        return f"{seat.holder} ({seat.partner})"
