"""The voting paper."""

from django import forms

from alize.common.forms import CommandKeyField
from alize.documents.fields import TextField
from committees.enums import ReasonRequired

NEEDS_REASON = {
    ReasonRequired.NONE: "facultatif",
    ReasonRequired.AGAINST: "demandé pour un vote contre",
}
"""What the label says of a line that some votes may leave empty (voting.md)."""


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
        help_text="Les membres le lisent après la clôture.",
    )
    command_key = CommandKeyField()

    def ask_reason(self, required: ReasonRequired) -> None:
        """Say beside the line which votes must have it: the operation asks for it then."""
        field = self.fields["reason"]
        field.wanted = required == ReasonRequired.ALL
        field.optional = NEEDS_REASON.get(required, "")
