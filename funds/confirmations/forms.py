"""Whom to ask about the means of a year, and what a partner answers."""

from collections.abc import Sequence
from typing import Any

from django import forms

from alize.documents.fields import TextField
from funds.enums import ConfirmationOutcome
from partners.models import Contact


class AskForm(forms.Form):
    """À qui demander : an active contact of the partner."""

    contact = forms.TypedChoiceField(
        label="À qui écrire",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez à qui écrire."},
    )

    def __init__(self, *args: Any, contacts: Sequence[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].choices = [
            (contact.pk, f"{contact.person.full_name}, {contact.function}") for contact in contacts
        ]
        if contacts:
            self.initial.setdefault("contact", contacts[0].pk)


class AnswerForm(forms.Form):
    """La réponse : the figures are right, or what is wrong with them."""

    outcome = forms.ChoiceField(
        label="Ces apports sont-ils exacts ?",
        choices=[
            (ConfirmationOutcome.CONFIRMED, "Oui, je les confirme"),
            (ConfirmationOutcome.DISPUTED, "Non, quelque chose n'est pas juste"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    reason = TextField(
        label="Ce qui n'est pas juste",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Montant, jours, date : l'opérateur corrige, puis vous repose la question.",
    )
    reason.optional = "si vous répondez non"
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def clean(self) -> dict[str, Any]:
        """What is wrong is said."""
        cleaned = super().clean()
        disputed = cleaned.get("outcome") == ConfirmationOutcome.DISPUTED
        if disputed and not cleaned.get("reason"):
            self.add_error("reason", "Dites ce qui n'est pas juste.")
        return cleaned
