"""The answer of a member on a link with a file."""

from django import forms

from committees.enums import InterestAnswer


class InterestForm(forms.Form):
    """Avez-vous un lien avec ce dossier ?"""

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
    )
    reason = forms.CharField(
        label="Lequel, en une ligne",
        max_length=200,
        required=False,
        help_text="Banque, client, fournisseur, concurrent, bailleur, parent, actionnaire…",
    )
