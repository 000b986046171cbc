"""What ASTREES types of a local operator."""

from typing import Any

from django import forms

from alize.accounts.models import LONGEST_NAME
from alize.common.forms import EmailField, PhoneField, SirenField
from alize.documents.fields import PersonNameField, text_fields
from basins.local_operators import FIELDS
from basins.models import LocalOperator


class OperatorForm(forms.ModelForm):
    """Un opérateur local : the structure, its seat, who represents it and in which capacity."""

    siren = SirenField(
        label="SIREN",
        required=False,
        help_text="Il désigne aussi le partenaire de même numéro et le fichier comptable.",
    )
    phone = PhoneField(
        label="Téléphone",
        required=False,
        help_text="Donné aux entreprises et aux mandataires, sur les pages et lettres reçues.",
    )
    representative = PersonNameField(
        label="Représenté par", max_length=LONGEST_NAME, required=False
    )
    representative_email = EmailField(
        label="Son adresse électronique",
        required=False,
        help_text="Prévenue de chaque rôle qui touche à l'argent ; à défaut, ASTREES l'est.",
    )

    class Meta:
        model = LocalOperator
        formfield_callback = text_fields
        fields = FIELDS
        help_texts = {
            "name": "Celui des conventions.",
            "address": "Tel que les conventions le présentent.",
            "representative_function": "Par exemple : présidente, directeur général.",
        }

    def clean(self) -> dict[str, Any]:
        """A function, an address are somebody's."""
        cleaned = super().clean() or {}
        for name in ("representative_function", "representative_email"):
            if cleaned.get(name) and not cleaned.get("representative"):
                self.add_error("representative", "Indiquez qui représente l'opérateur.")
                break
        return cleaned

    def _post_clean(self) -> None:
        """The operation writes the values: the object shown on the page stays as it is."""
