"""What is typed about money."""

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField


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
        ],
    )
    au = FrenchDateField(label="Arrêté au", required=False, help_text="")


class DayForm(forms.Form):
    """The day on which an advance is looked at."""

    au = FrenchDateField(label="Voir la situation au", help_text="")


class PaymentForm(forms.Form):
    """Préparer un versement."""

    amount = EurosField(label="Montant à verser", positive=True)
    pay_on = FrenchDateField(label="Date du versement", help_text="L'échéancier part de ce jour.")
    command_key = CommandKeyField()


class RepaymentForm(forms.Form):
    """Enregistrer un remboursement."""

    amount = EurosField(label="Montant reçu", positive=True)
    value_on = FrenchDateField(
        label="Date de valeur", help_text="Le jour où l'argent est arrivé sur le compte."
    )
    command_key = CommandKeyField()


class ReversalForm(forms.Form):
    """Demander l'annulation d'un remboursement."""

    value_on = FrenchDateField(
        label="Date de l'annulation",
        help_text="Le jour du rejet par la banque, ou celui du remboursement s'il a été mal saisi.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Ce que le second signataire financier doit savoir pour décider.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    command_key = CommandKeyField()


class ContributionForm(forms.Form):
    """Enregistrer une dotation."""

    funder = forms.CharField(label="Financeur", max_length=120)
    amount = EurosField(label="Montant reçu", positive=True)
    received_on = FrenchDateField(label="Reçu le")
    command_key = CommandKeyField()
