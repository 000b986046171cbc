"""The reminders chosen, carried from the list to the confirmation and back."""

from datetime import date

from django import forms

from alize.common.forms import CommandKeyField
from funds.enums import ReminderStep


class ChoiceField(forms.MultipleChoiceField):
    """Reminders by their keys, « 12:2026-08-15:FIRST », due or not."""

    widget = forms.MultipleHiddenInput

    def valid_value(self, value: str) -> bool:
        try:
            read_key(value)
        except ValueError:
            return False
        return True

    def clean(self, value: list[str]) -> set[tuple[int, date, str]]:
        return {read_key(one) for one in super().clean(value)}


class SendForm(forms.Form):
    """The reminders to send; counts once."""

    choix = ChoiceField(error_messages={"required": "Choisissez au moins une relance."})
    command_key = CommandKeyField()


def read_key(text: str) -> tuple[int, date, str]:
    """The advance, the day and the step of a key.

    :raises ValueError: it is not one.
    """
    advance_id, day, step = text.split(":")
    if not advance_id.isdecimal() or len(advance_id) > 12:
        raise ValueError(text)
    return int(advance_id), date.fromisoformat(day), str(ReminderStep(step))
