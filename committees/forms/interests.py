"""The answer of a member on a link with a file, and the recusal that the chair imposes."""

from collections.abc import Collection
from typing import Any

from django import forms

from alize.documents.fields import TextField
from committees.enums import InterestAnswer, LinkKind


class InterestForm(forms.Form):
    """Avez-vous un lien avec ce dossier ? `forced` are the links that no vote goes with."""

    answer = forms.ChoiceField(
        label="Votre réponse",
        widget=forms.RadioSelect,
        choices=[
            (InterestAnswer.NONE, "Aucun lien avec ce dossier"),
            (InterestAnswer.LINK, "J'ai un lien, je le déclare et je vote"),
            (
                InterestAnswer.RECUSED,
                "Je me déporte : je ne lis plus le dossier et je ne vote pas",
            ),
        ],
        error_messages={"required": "Choisissez une des trois réponses."},
    )
    link = forms.ChoiceField(
        label="Quel lien",
        required=False,
        help_text="Pour un lien déclaré ; facultatif si vous vous déportez.",
    )
    reason = TextField(
        label="En une ligne",
        max_length=200,
        required=False,
        help_text="Demandé pour un lien déclaré : « client depuis 2020 », « bailleur ».",
    )

    def __init__(self, *args: Any, forced: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["link"].choices = [
            ("", "Choisissez un lien"),
            *(
                (kind.value, f"{kind.label} (impose le déport)" if kind in forced else kind.label)
                for kind in LinkKind
            ),
        ]


class RecusalForm(forms.Form):
    """Le motif d'un déport imposé."""

    reason = TextField(
        label="Motif",
        max_length=200,
        help_text="La personne le lit ; il reste au journal et ne figure pas au procès-verbal.",
    )
