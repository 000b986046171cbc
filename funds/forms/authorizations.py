"""What is asked of the second signatory."""

from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, DaysField, EurosField, FrenchDateField
from alize.documents.fields import TextField
from funds import permissions
from funds.enums import LossCause
from funds.forms.advances import RequestAcceptedField
from funds.models import Advance


class RequestForm(forms.Form):
    """What every request to the second signatory says."""

    amount = EurosField(label="Montant", positive=True)
    value_on = FrenchDateField(label="Date de l'opération")
    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Ce que le second signataire financier doit savoir pour décider.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    command_key = CommandKeyField()


class RefundForm(RequestForm):
    """Rendre un trop-perçu."""


class SettleForm(RequestForm):
    """Garder ou abandonner un trop-perçu : why nobody can be paid back, or will not pay."""

    value_on = FrenchDateField(label="Date")
    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Entreprise radiée, liquidation close, renonciation écrite, cinq ans sans "
        "réclamation : avec la date et la pièce.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RenounceForm(RequestForm):
    """Renoncer au solde à verser : all of it, so that no amount is asked."""

    amount = None
    value_on = FrenchDateField(label="Date de la renonciation")


class RestitutionForm(RequestForm):
    """Restituer une dotation."""


class WriteOffForm(RequestForm):
    """Passer en perte : why, the claim declared, the decision of the committee."""

    cause = forms.ChoiceField(label="Cause", choices=LossCause.choices)
    claim_on = FrenchDateField(
        label="Créance déclarée le", required=False, help_text="En procédure collective."
    )
    decision = RequestAcceptedField()
    field_order = ("amount", "value_on", "cause", "claim_on", "decision", "reason")

    def __init__(self, *args: Any, advance: Advance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].offer(permissions.decisions_to_lose(advance))

    def clean(self) -> dict[str, Any]:
        """The decision by its id."""
        data = dict(self.cleaned_data)
        decision = data.pop("decision", None)
        data["decision_id"] = decision.pk if decision else None
        if "cause" in data:
            data["cause"] = LossCause(data["cause"])
        return data


class AllowanceForm(RequestForm):
    """Demander un défraiement, in money or in valued days."""

    days = DaysField(
        label="Journées valorisées",
        required=False,
        positive=True,
        help_text="Vide pour un remboursement en argent ; sinon le montant est leur valeur.",
    )
    field_order = ("amount", "days", "value_on", "reason")
