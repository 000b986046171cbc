"""What the secretary writes in the minutes, and what is said of them afterwards."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms

from alize.documents.fields import TextField
from committees.models import AgendaItem
from committees.operations import Hands
from committees.queries import drafting


class NarrativeForm(forms.Form):
    """Le récit de la séance : une partie générale, puis une par dossier."""

    narrative = TextField(
        label="Ouverture, informations et questions diverses",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, items: Iterable[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[drafting.field_of(item.pk)] = TextField(
                label=f"{item.rank}. {item.project.beneficiary} ({item.project.reference})",
                required=False,
                max_length=20_000,
                initial=item.narrative,
                widget=forms.Textarea(attrs={"rows": 5}),
                help_text="Les échanges, sans le vote : il s'ajoute de lui-même.",
            )

    def by_item(self) -> dict[int, str]:
        """What was typed for each file."""
        return {
            int(name.removeprefix("item_")): text
            for name, text in self.cleaned_data.items()
            if name.startswith("item_")
        }

    def marks(self) -> dict[str, str]:
        """What each part was when its writer began."""
        return {
            name: self.data[f"mark_{name}"] for name in self.fields if f"mark_{name}" in self.data
        }

    def marks_behind(self, marks: Mapping[str, str]) -> dict[str, str]:
        """The marks of the parts whose text in the page is not the one that is kept."""
        return {
            name: started
            for name, started in self.marks().items()
            if drafting.mark(self.data.get(name, "")) != marks[name]
        }

    def catch_up(self, texts: Mapping[str, str]) -> None:
        """Show what stands where the writer typed nothing; what they typed stays."""
        untouched = {
            name: texts[name]
            for name, started in self.marks().items()
            if drafting.mark(self.data.get(name, "")) == started
        }
        self.data = {name: self.data[name] for name in self.data} | untouched


class ReturnForm(forms.Form):
    """Ce que la présidence demande de corriger."""

    reason = TextField(
        label="Ce qui est à corriger", max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class RemarkForm(forms.Form):
    """Une remarque sur un procès-verbal signé."""

    text = TextField(
        label="Votre remarque",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Elle est jointe au procès-verbal, sous votre nom ; son texte ne change pas.",
    )


class HandsForm(forms.Form):
    """Les mains levées pour l'approbation d'un procès-verbal."""

    votes_for = forms.IntegerField(label="Pour", min_value=0, max_value=99)
    votes_against = forms.IntegerField(label="Contre", min_value=0, max_value=99, initial=0)
    abstentions = forms.IntegerField(label="Abstentions", min_value=0, max_value=99, initial=0)

    def hands(self) -> Hands:
        """What was counted."""
        return Hands(**self.cleaned_data)


class ReceiptForm(forms.Form):
    """Un reçu de vote à vérifier."""

    reference = forms.CharField(
        label="Reçu", max_length=40, help_text="Par exemple 2027-03-2-1-4F9C2A."
    )
    digest = forms.CharField(
        label="Empreinte", max_length=100, widget=forms.Textarea(attrs={"rows": 2})
    )
