"""The voting paper."""

from django import forms

from alize.common.forms import CommandKeyField
from alize.documents.fields import TextField


class VoteForm(forms.Form):
    """Bulletin de vote."""

    seat = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.CharField(
        max_length=7,
        error_messages={"required": "Choisissez « Pour », « Contre » ou « Abstention »."},
    )
    reason = TextField(
        label="En une ligne, pourquoi",
        max_length=200,
        required=False,
        help_text="Demandé pour un vote contre ; les membres le lisent après la clôture.",
    )
    command_key = CommandKeyField()
