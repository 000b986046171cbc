"""What lists and balances are filtered by."""

from django import forms

from alize.common.forms import FrenchDateField
from funds.enums import AccountKey, Journal

BUCKETS = (
    "À jour",
    "1 à 30 jours",
    "31 à 60 jours",
    "61 à 90 jours",
    "91 à 180 jours",
    "Plus de 180 jours",
)
"""The buckets of days late of the rules, in words."""


class FundFilterForm(forms.Form):
    """Search, status and day of the list of advances."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    status = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[
            ("", "Toutes"),
            ("RUNNING", "À rembourser"),
            ("LATE", "En retard"),
            ("GRANTED", "À verser"),
            ("SETTLED", "Soldées"),
            ("LOSS", "Passées en perte"),
            ("OVERPAID", "Avec un trop-perçu"),
        ],
    )
    retard = forms.ChoiceField(
        label="Retard",
        required=False,
        choices=[
            ("", "Tous"),
            *((f"B{rank}", words) for rank, words in enumerate(BUCKETS)),
            ("PAR30", "Plus de 30 jours"),
            ("PAR90", "Plus de 90 jours"),
            ("RESTRUCTURED", "Rééchelonnées"),
        ],
    )
    au = FrenchDateField(label="Arrêté au", required=False, help_text="")


class JournalFilterForm(forms.Form):
    """Period, journal, account and words of the journals."""

    q = forms.CharField(label="Libellé", required=False, max_length=80)
    since = FrenchDateField(label="Du", required=False, help_text="")
    until = FrenchDateField(label="Au", required=False, help_text="")
    journal = forms.ChoiceField(
        label="Journal", required=False, choices=[("", "Tous"), *Journal.choices]
    )
    account = forms.ChoiceField(
        label="Compte", required=False, choices=[("", "Tous"), *AccountKey.choices]
    )


class PeriodForm(forms.Form):
    """The period of a balance."""

    since = FrenchDateField(label="Du", help_text="")
    until = FrenchDateField(label="Au", help_text="")


class YearForm(forms.Form):
    """The year that is looked at."""

    year = forms.IntegerField(label="Année", min_value=2000, max_value=2100)


class DayForm(forms.Form):
    """The day on which an advance is looked at."""

    au = FrenchDateField(label="Voir la situation au", help_text="")
