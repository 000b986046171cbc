"""What lists and balances are filtered by."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import BetweenForm, FrenchDateField
from funds.enums import Journal
from funds.models import Account

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


class JournalFilterForm(BetweenForm):
    """Period, journal, account and words of the journals."""

    q = forms.CharField(label="Libellé", required=False, max_length=80)
    since = FrenchDateField(label="Du", required=False, help_text="")
    until = FrenchDateField(label="Au", required=False, help_text="")
    journal = forms.ChoiceField(
        label="Journal", required=False, choices=[("", "Tous"), *Journal.choices]
    )
    account = forms.ChoiceField(label="Compte", required=False)

    def __init__(self, *args: Any, accounts: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", "Tous"), *((one.key, str(one)) for one in accounts)]


class PeriodForm(BetweenForm):
    """The period of a balance, within a civil year: expenses and income start anew with each."""

    since = FrenchDateField(label="Du", help_text="")
    until = FrenchDateField(label="Au", help_text="")

    def clean(self) -> dict[str, Any]:
        """Refuse a period over several years."""
        typed = super().clean()
        since, until = typed.get("since"), typed.get("until")
        if since and until and since.year < until.year:
            self.add_error(
                "until",
                "Une balance se lit dans un seul exercice, du 1er janvier au 31 décembre : "
                f"choisissez un jour de {since.year}.",
            )
        return typed


class LedgerForm(PeriodForm):
    """The account of a general ledger, and its period."""

    account = forms.ChoiceField(label="Compte")
    field_order = ("account", "since", "until")

    def __init__(self, *args: Any, accounts: Iterable[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [(one.key, str(one)) for one in accounts]


class YearForm(forms.Form):
    """The year that is looked at."""

    year = forms.IntegerField(label="Année", min_value=2000, max_value=2100)


class DayForm(forms.Form):
    """The day on which an advance is looked at."""

    au = FrenchDateField(label="Voir la situation au", help_text="")
