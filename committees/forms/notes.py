"""One's own notes on a file."""

from django import forms

from alize.documents.fields import TextField


class NoteForm(forms.Form):
    """Mes notes."""

    text = TextField(
        label="Vos notes sur ce dossier",
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Vous seul les lisez. Elles s'impriment dans votre dossier de séance, "
        "5 000 caractères au plus.",
    )
