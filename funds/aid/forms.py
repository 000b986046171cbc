"""What is typed of the aid that a company declares."""

from django import forms

from alize.common.forms import CommandKeyField, EurosField, FrenchDateField, SirenField
from alize.documents.fields import TextField


class AidForm(forms.Form):
    """Déclarer une aide de minimis."""

    grantor = TextField(
        label="Organisme", max_length=120, help_text="Qui a accordé l'aide : région, Bpifrance…"
    )
    purpose = TextField(label="Objet", max_length=160, required=False)
    amount = EurosField(
        label="Montant de l'aide",
        positive=True,
        help_text="L'équivalent-subvention brut écrit sur l'attestation de l'organisme.",
    )
    granted_on = FrenchDateField(label="Accordée le")
    company = TextField(
        label="Autre entreprise du groupe",
        max_length=120,
        required=False,
        help_text="Si l'aide est allée à une entreprise liée : les deux n'en font qu'une.",
    )
    siren = SirenField(label="SIREN de cette entreprise", required=False)
    command_key = CommandKeyField()
