"""What is asked to take the figures of a year."""

from datetime import date
from typing import Any

from django import forms

from alize.common.forms import FrenchDateField

FIRST_YEAR = 1998


class YearForm(forms.Form):
    """Année et date d'arrêté of what is shown."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    au = FrenchDateField(label="Arrêté au", required=False, help_text="")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(year, str(year)) for year in sorted(years, reverse=True)]


class PrepareForm(forms.Form):
    """Préparer le rapport : a year, and the day its figures stop."""

    year = forms.IntegerField(
        label="Année du rapport", min_value=FIRST_YEAR, max_value=9998, localize=False
    )
    as_of = FrenchDateField(
        label="Chiffres arrêtés au",
        help_text="Ce qui est arrivé ou a été saisi après cette date ne compte pas.",
        error_messages={"required": "Indiquez la date d'arrêté."},
    )

    @staticmethod
    def suggested(year: int, *, on: date) -> dict[str, Any]:
        """The report that is due, as of today."""
        return {"year": year, "as_of": on}
