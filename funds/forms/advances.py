"""What is typed about an advance."""

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField


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
    """Demander l'annulation d'une écriture."""

    value_on = FrenchDateField(
        label="Date de l'annulation",
        help_text="Le jour du rejet par la banque, ou celui de l'écriture si elle est fausse.",
    )
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        help_text="Ce que le second signataire financier doit savoir pour décider.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    command_key = CommandKeyField()
