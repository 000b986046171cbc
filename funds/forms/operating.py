"""What is typed about the operating account, and the closing of a period."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from alize.common.dates import parse_french_date
from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from alize.documents.fields import TextField
from funds.enums import EntryKind
from partners.models import Partner


class CostForm(forms.Form):
    """Enregistrer un coût du compte de fonctionnement."""

    kind = forms.ChoiceField(
        label="Nature",
        choices=[
            (EntryKind.ENGINEERING, EntryKind.ENGINEERING.label),
            (EntryKind.EXPENSE, EntryKind.EXPENSE.label),
        ],
        widget=forms.RadioSelect,
        initial=EntryKind.ENGINEERING,
    )
    label = TextField(
        label="Objet", max_length=80, help_text="Prospection, comités, suivi, gestion."
    )
    amount = EurosField(label="Montant payé", positive=True)
    paid_on = FrenchDateField(label="Payé le")
    command_key = CommandKeyField()

    def clean_kind(self) -> EntryKind:
        """The nature as the operations name it."""
        return EntryKind(self.cleaned_data["kind"])


class BankFeeForm(forms.Form):
    """Enregistrer des frais bancaires sur le compte des avances."""

    amount = EurosField(label="Montant", positive=True)
    taken_on = FrenchDateField(label="Prélevés le")
    command_key = CommandKeyField()


class GiveBackForm(forms.Form):
    """Rendre au compte des avances."""

    amount = EurosField(label="Montant", positive=True)
    moved_on = FrenchDateField(label="Date du virement")
    command_key = CommandKeyField()


class AgreementForm(forms.Form):
    """Enregistrer l'accord des partenaires."""

    year = forms.IntegerField(
        label="Année",
        min_value=2000,
        max_value=2100,
        help_text="Tous les partenaires de cette année-là sont d'accord.",
    )
    agreed_on = FrenchDateField(label="Donné le")
    source = TextField(
        label="Pièce", max_length=200, help_text="Compte rendu du comité de pilotage, avenant…"
    )
    partner_ids = forms.ModelMultipleChoiceField(
        label="Partenaires d'accord",
        queryset=Partner.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    command_key = CommandKeyField()

    def __init__(
        self, *args: Any, needed: Callable[[int, date], QuerySet[Partner]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner_ids"].queryset = needed(self._said("year"), self._said("agreed_on"))

    def _said(self, name: str) -> Any:
        """What was typed, or what is proposed as long as it cannot be read."""
        try:
            return self.fields[name].clean(self.data.get(name, ""))
        except forms.ValidationError:
            return self.initial[name]

    def clean_partner_ids(self) -> list[int]:
        """The partners by their ids."""
        return [partner.pk for partner in self.cleaned_data["partner_ids"]]


class WithdrawalForm(forms.Form):
    """Retirer un accord enregistré par erreur."""

    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Ce qui était faux : l'année, la date, la pièce, un partenaire.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ClosingForm(forms.Form):
    """Clôturer une période."""

    closed_on = FrenchDateField(
        label="Clôturer au", help_text="Le dernier jour de la période, en général un 31 décembre."
    )
    despite = forms.MultipleChoiceField(
        label="Ce qui reste à cette date",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Réglez-le d'abord, ou cochez chaque point que vous laissez ainsi.",
        error_messages={"invalid_choice": "Ce qui reste a changé : relisez cette liste."},
    )

    def __init__(
        self, *args: Any, left_on: Callable[[date], list[str]], initial: dict[str, Any]
    ) -> None:
        super().__init__(*args, initial=initial)
        try:
            day = parse_french_date(self.data.get("closed_on", ""))
        except ValueError:
            day = initial["closed_on"]
        left = left_on(day)
        self.fields["despite"].choices = [(one, one) for one in left]
        if not left:
            del self.fields["despite"]
