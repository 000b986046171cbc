"""A file joined to a project."""

from django import forms

from alize.common.forms import CommandKeyField
from alize.documents.fields import TextField


class AttachmentForm(forms.Form):
    """Joindre une pièce."""

    command_key = CommandKeyField()
    label = TextField(
        label="Intitulé",
        max_length=120,
        required=False,
        help_text="Par exemple : comptes 2025. À défaut, le nom du fichier.",
    )
    file = forms.FileField(
        label="Fichier",
        help_text="PDF, image, Word ou Excel, 15 Mo au plus.",
        max_length=None,
        error_messages={
            "required": "Choisissez un fichier.",
            "empty": "Ce fichier est vide : vérifiez-le sur votre poste, puis renvoyez-le.",
        },
    )
