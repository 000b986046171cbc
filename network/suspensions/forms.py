"""What ASTREES types of a basin that it suspends."""

from django import forms

from basins.enums import SuspensionReason


class SuspendForm(forms.Form):
    """Why a basin is suspended, as its people read it."""

    reason = forms.ChoiceField(
        label="Motif", choices=SuspensionReason.choices, widget=forms.RadioSelect
    )
