"""What ASTREES types of a national reference value."""

from datetime import date
from typing import Any

from django import forms

from alize.common.forms import EurosField, FrenchDateField, PercentField
from alize.documents.fields import TextField
from basins.queries.references import Life
from basins.references import Terms, Unit


def _number(terms: Terms, label: str) -> forms.Field:
    if terms.unit == Unit.EUROS:
        return EurosField(label=label, help_text=terms.per.capitalize())
    if terms.unit == Unit.SHARE:
        return PercentField(label=label, help_text=terms.per.capitalize())
    attrs = {"inputmode": "numeric", "autocomplete": "off"}
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=99_999,
        help_text="En pourcentage" if terms.is_whole else terms.per.capitalize(),
        widget=forms.TextInput(attrs=attrs),
    )


class ValueForm(forms.Form):
    """Une autre valeur : its numbers, the day from which it serves, why."""

    def __init__(self, data: Any = None, *, life: Life, tomorrow: date) -> None:
        super().__init__(data)
        terms = life.reference.terms
        self._names = [f"number_{place}" for place in range(len(terms.parts))]
        known = life.current.numbers if life.current else [None] * len(terms.parts)
        for name, label, number in zip(self._names, terms.parts, known, strict=True):
            self.fields[name] = _number(terms, label)
            self.initial[name] = number
        self.fields["effective_from"] = FrenchDateField(
            label="À partir du",
            help_text="Demain au plus tôt : ce qui a été montré ne change pas.",
        )
        self.initial["effective_from"] = tomorrow
        self.fields["reason"] = TextField(
            label="Motif",
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Qui l'a décidé et pourquoi, pour ceux qui liront l'historique.",
        )

    def values(self) -> dict[str, Any]:
        """What is given."""
        return {
            "numbers": [self.cleaned_data[name] for name in self._names],
            "effective_from": self.cleaned_data["effective_from"],
            "reason": self.cleaned_data["reason"],
        }
