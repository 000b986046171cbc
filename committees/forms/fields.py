"""Fields shared by the forms of the committee."""

from django import forms

from committees.models import Seat


class SeatField(forms.ModelChoiceField):
    """A seat, by who holds it and for which partner."""

    def label_from_instance(self, seat: Seat) -> str:
        return f"{seat.holder} ({seat.partner})"
