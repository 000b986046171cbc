"""What is typed about money."""

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from funds.enums import AccountKey, Journal


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


class ClosingForm(forms.Form):
    """Clôturer une période."""

    closed_on = FrenchDateField(
        label="Clôturer au", help_text="Le dernier jour de la période, en général un 31 décembre."
    )


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


class ContributionForm(forms.Form):
    """Enregistrer une dotation."""

    funder = forms.CharField(label="Financeur", max_length=120)
    amount = EurosField(label="Montant reçu", positive=True)
    received_on = FrenchDateField(label="Reçu le")
    command_key = CommandKeyField()
