"""A reservation on a decision, and its answer."""

from datetime import date
from typing import Any

from django import forms

from alize.common.forms import FrenchDateField
from alize.documents.fields import TextField
from committees.operations.reservations import ANSWERED_WITHIN


class ReservationForm(forms.Form):
    """Émettre une réserve."""

    text = TextField(
        label="Votre réserve",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="La présidence et l'opérateur la reçoivent. La décision n'est ni suspendue"
        " ni annulée.",
    )
    due_on = FrenchDateField(label="Réponse attendue avant le")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"due_on": on + ANSWERED_WITHIN}, **kwargs)
        self._on = on

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on <= self._on:
            raise forms.ValidationError("Laissez au comité le temps de répondre.")
        return due_on


class ReservationAnswerForm(forms.Form):
    """Répondre à une réserve."""

    answer = TextField(
        label="La réponse du comité d'agrément",
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Qui lit la décision lit aussi la réserve et sa réponse.",
    )
