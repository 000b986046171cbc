"""What ASTREES types of a national text."""

from django import forms

from alize.common.forms import FrenchDateField
from alize.documents.fields import TextField
from alize.drafting import rules
from alize.drafting.rules.source import LONGEST


class TextForm(forms.Form):
    """Texte de la version : each mistake is said with its line, nothing typed is lost."""

    source = TextField(
        label="Texte",
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": 32, "class": "source", "spellcheck": "true", "wrap": "soft"}
        ),
    )
    comment = TextField(
        label="Ce qui change",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="En quelques mots, pour ceux qui liront la liste des versions.",
    )
    seen = forms.CharField(widget=forms.HiddenInput(attrs={"data-draft-base": ""}))

    def clean_source(self) -> str:
        source = self.cleaned_data["source"]
        try:
            rules.parse(source)
        except rules.SourceError as error:
            raise forms.ValidationError([str(one) for one in error.mistakes]) from error
        return source


class PublicationForm(forms.Form):
    """Date d'entrée en vigueur."""

    effective_from = FrenchDateField(
        label="En vigueur à partir du",
        help_text="Les conventions gelées à partir de ce jour suivront cette version.",
    )
