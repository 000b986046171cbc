"""What may be asked of the public register."""

from typing import Any

from django import forms
from django.core.files import File

MAX_BYTES = 50_000_000


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            # One of the two is needed: « facultatif » would say of each that it is not.
            field.wanted = True

    def clean_copy(self) -> File | None:
        """A file that no document of ours reaches is not even read."""
        copy = self.cleaned_data["copy"]
        if copy and copy.size > MAX_BYTES:
            raise forms.ValidationError(
                "Ce fichier dépasse 50 Mo, ce qu'aucun de nos documents n'atteint : vérifiez que "
                "c'est le bon."
            )
        return copy

    def clean(self) -> dict[str, Any]:
        """One of the two is needed."""
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("copy") or cleaned.get("reference")):
            raise forms.ValidationError("Déposez le document ou indiquez sa référence.")
        return cleaned
