"""What is typed about an advance."""

from datetime import date
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from committees.models import Decision
from funds.enums import ReversalCause
from funds.models import Advance
from funds.rules import ScheduleReason
from funds.rules.planning import read_rows


class RowsField(forms.CharField):
    """A plan typed as lines « 15/01/2027 ; 500 », cleaned to days and cents."""

    widget = forms.Textarea(attrs={"rows": 6})

    def clean(self, value: Any) -> list[tuple[date, int]]:
        """Read each line; nothing typed is no line."""
        try:
            return read_rows(super().clean(value))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error


class PaymentForm(forms.Form):
    """Préparer un versement."""

    amount = EurosField(label="Montant à verser", positive=True)
    pay_on = FrenchDateField(label="Date du versement", help_text="L'échéancier part de ce jour.")
    rows = RowsField(
        label="Échéancier irrégulier",
        required=False,
        help_text="Vide, l'échéancier suit les conditions accordées. Sinon une échéance par ligne, "
        "par exemple 15/01/2027 ; 500.",
    )
    command_key = CommandKeyField()


class RepaymentForm(forms.Form):
    """Enregistrer un remboursement."""

    amount = EurosField(label="Montant reçu", positive=True)
    value_on = FrenchDateField(
        label="Date de valeur", help_text="Le jour où l'argent est arrivé sur le compte."
    )
    command_key = CommandKeyField()


class ReversalForm(forms.Form):
    """Demander l'annulation d'une écriture."""

    value_on = FrenchDateField(
        label="Date de l'annulation",
        help_text="Le jour du rejet par la banque, ou celui de l'écriture si elle est fausse.",
    )
    cause = forms.ChoiceField(label="Cause", choices=ReversalCause.choices)
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Ce que le second signataire financier doit savoir pour décider.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    command_key = CommandKeyField()


class RescheduleForm(forms.Form):
    """Rééchelonner, ou accorder un moratoire, as the committee decided."""

    reason = forms.ChoiceField(
        label="Nature",
        choices=[
            (ScheduleReason.RESCHEDULE, "Rééchelonnement"),
            (ScheduleReason.MORATORIUM, "Moratoire"),
        ],
        widget=forms.RadioSelect,
        initial=ScheduleReason.RESCHEDULE,
    )
    decision = forms.ModelChoiceField(label="Décision du comité", queryset=Decision.objects.none())
    effective_on = FrenchDateField(label="Date d'effet")
    rows = RowsField(
        label="Nouvel échéancier",
        help_text="Une échéance par ligne, par exemple 15/01/2027 ; 500. Le total est ce qui "
        "reste dû.",
    )
    note = forms.CharField(label="Motif", max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    command_key = CommandKeyField()

    def __init__(self, *args: Any, advance: Advance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decisions = Decision.objects.filter(project=advance.project_id)
        self.fields["decision"].queryset = decisions.exclude(pk=advance.decision_id)

    def clean(self) -> dict[str, Any]:
        """The decision by its id."""
        data = dict(self.cleaned_data)
        decision = data.pop("decision", None)
        data["decision_id"] = decision.pk if decision else None
        if "reason" in data:
            data["reason"] = ScheduleReason(data["reason"])
        return data


class PreconditionForm(forms.Form):
    """Ajouter une condition préalable au versement."""

    label = forms.CharField(label="Condition", max_length=160)
    due_on = FrenchDateField(label="Attendue le", required=False)


class MetForm(forms.Form):
    """Constater une condition préalable."""

    met_on = FrenchDateField(label="Remplie le")


class WaiverForm(forms.Form):
    """Dispenser d'une condition préalable."""

    reason = forms.CharField(
        label="Motif de la dispense", max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
