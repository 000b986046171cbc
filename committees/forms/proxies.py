"""What may be typed to give a proxy."""

from collections.abc import Sequence
from typing import Any

from django import forms

from alize.documents.fields import TextField
from committees.models import AgendaItem
from committees.queries.proxies import Candidate

WHOLE, SOME = "seance", "dossiers"


class ProxyForm(forms.Form):
    """Donner pouvoir."""

    holder = forms.ChoiceField(
        label="À qui",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez à qui donner pouvoir."},
    )
    scope = forms.ChoiceField(
        label="Pour",
        widget=forms.RadioSelect,
        choices=[(WHOLE, "Toute la séance"), (SOME, "Certains dossiers seulement")],
        initial=WHOLE,
    )
    items = forms.MultipleChoiceField(
        label="Quels dossiers",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Si vous avez choisi « certains dossiers ».",
    )
    instruction = TextField(
        label="Consigne",
        max_length=300,
        required=False,
        help_text="Facultative ; seule la personne qui reçoit votre pouvoir la lit.",
    )

    def __init__(
        self,
        *args: Any,
        candidates: Sequence[Candidate],
        items: Sequence[AgendaItem],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].choices = [
            (one.seat.pk, _who(one)) for one in candidates if not one.why_not
        ]
        self.fields["items"].choices = [(item.pk, str(item.project.beneficiary)) for item in items]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("scope") == SOME and not cleaned.get("items"):
            self.add_error("items", "Cochez au moins un dossier.")
        return cleaned

    def asked(self) -> dict[str, Any]:
        """What the operation takes."""
        typed = self.cleaned_data
        chosen = typed["items"] if typed["scope"] == SOME else []
        return {
            "holder_id": int(typed["holder"]),
            "item_ids": [int(pk) for pk in chosen],
            "instruction": typed["instruction"],
        }


def _who(candidate: Candidate) -> str:
    seat = candidate.seat
    name = f"{seat.holder} ({seat.partner})"
    return f"{name}, pour certains dossiers seulement" if candidate.only_files else name
