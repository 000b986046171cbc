"""What is typed about contributions."""

from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, DaysField, EurosField, FrenchDateField
from alize.documents.fields import TextField
from funds.enums import Perimeter
from partners.enums import PledgeNature
from partners.models import Partner


class FunderFields(forms.Form):
    """Who brings something: a partner, or the name of somebody else."""

    partner = forms.ModelChoiceField(
        label="Partenaire", queryset=Partner.objects.none(), required=False, empty_label="Un autre"
    )
    funder = TextField(
        label="Autre financeur",
        max_length=120,
        required=False,
    )
    funder.optional = "si ce n'est pas un partenaire du bassin"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.all()

    def clean(self) -> dict[str, Any]:
        """Who brings it, the partner by its number."""
        data = dict(self.cleaned_data)
        partner = data.pop("partner", None)
        data["partner_id"] = partner.pk if partner else None
        if partner is None and not data.get("funder"):
            self.add_error("funder", "Choisissez un partenaire ou nommez un autre financeur.")
        return data


class ContributionForm(FunderFields):
    """Enregistrer une dotation en argent."""

    amount = EurosField(label="Montant reçu", positive=True)
    received_on = FrenchDateField(label="Reçu le")
    perimeter = forms.ChoiceField(
        label="Compte",
        choices=[
            (Perimeter.FUND, "Avances, avec droit de reprise"),
            ("GRANT", "Avances, sans droit de reprise"),
            (Perimeter.OPS, "Fonctionnement"),
        ],
        widget=forms.RadioSelect,
        initial=Perimeter.FUND,
    )
    returns_on = FrenchDateField(
        label="À rendre le",
        required=False,
        help_text="Si la convention le dit : la capacité d'engagement en tient compte.",
    )
    source = TextField(
        label="Pièce",
        max_length=120,
        required=False,
        help_text="Convention, courrier, délibération.",
    )
    command_key = CommandKeyField()

    def clean(self) -> dict[str, Any]:
        """Who brings it, and the account it goes to."""
        data = super().clean()
        account = data.pop("perimeter", Perimeter.FUND)
        data["perimeter"] = Perimeter.OPS if account == Perimeter.OPS else Perimeter.FUND
        data["with_return"] = account == Perimeter.FUND
        return data


class ValuedForm(FunderFields):
    """Enregistrer un apport valorisé : days or things."""

    funder = TextField(label="Autre apporteur", max_length=120, required=False)
    nature = forms.ChoiceField(
        label="Nature",
        choices=[
            (PledgeNature.SKILLS, PledgeNature.SKILLS.label),
            (PledgeNature.IN_KIND, PledgeNature.IN_KIND.label),
        ],
        widget=forms.RadioSelect,
        initial=PledgeNature.SKILLS,
    )
    days = DaysField(label="Nombre de jours", required=False, positive=True)
    daily_rate = EurosField(label="Valeur d'une journée", required=False, positive=True)
    amount = EurosField(label="Valeur de l'apport en nature", required=False, positive=True)
    received_on = FrenchDateField(label="Apporté le")
    source = TextField(label="Pièce", max_length=120, required=False)
    command_key = CommandKeyField()
