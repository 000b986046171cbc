"""What may be asked of the public register."""

from typing import Any

from django import forms


class VerifyForm(forms.Form):
    """Vérifier un document : the file itself, or the reference printed on it."""

    copy = forms.FileField(
        label="Le document",
        required=False,
        help_text="Le PDF tel que vous l'avez reçu. Il n'est pas conservé.",
    )
    reference = forms.CharField(
        label="Ou sa référence",
        max_length=60,
        required=False,
        help_text="Imprimée en haut de chaque page.",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("copy") or cleaned.get("reference")):
            raise forms.ValidationError("Déposez le document ou indiquez sa référence.")
        return cleaned
