"""What is typed about where a company is paid (S37)."""

from collections.abc import Iterable
from typing import Any

from django import forms

from alize.common.forms import CommandKeyField, EmailField, FrenchDateField, PhoneField
from alize.documents.fields import TextField
from funds.bank_forms import DetailsForm
from funds.enums import Verification


class PayeeForm(DetailsForm):
    """Proposer les coordonnées bancaires d'une entreprise."""

    received_on = FrenchDateField(label="RIB reçu le")
    called = TextField(label="Personne rappelée", max_length=200)
    called_number = PhoneField(
        label="Numéro appelé",
        help_text="Un numéro connu avant de recevoir ce RIB, jamais celui du message.",
    )
    number_source = TextField(
        label="Où ce numéro a été trouvé",
        max_length=200,
        required=False,
        help_text="S'il n'est pas au dossier : annuaire, site de l'entreprise, ancien courrier…",
    )
    called_on = FrenchDateField(label="Rappelée le")
    email = EmailField(
        label="Adresse électronique d'où vient ce RIB",
        help_text="Elle est prévenue, comme celles que vous connaissiez avant. Celle du dirigeant "
        "s'il est venu en personne.",
    )
    command_key = CommandKeyField()

    def __init__(self, *args: Any, known_numbers: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if known := ", ".join(known_numbers):
            field = self.fields["called_number"]
            field.help_text = f"Au dossier : {known}. Jamais celui du message qui apporte ce RIB."


class VerificationForm(forms.Form):
    """Ce que la banque répond sur le titulaire d'un compte."""

    verification = forms.TypedChoiceField(
        label="Vérification du bénéficiaire par votre banque",
        choices=Verification,
        coerce=Verification,
        widget=forms.RadioSelect,
        help_text="Votre banque compare le titulaire et l'IBAN quand vous ajoutez ce bénéficiaire.",
        error_messages={"required": "Notez ce que la banque a répondu."},
    )
    note = TextField(
        label="Motif, si le nom ne correspond pas",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
