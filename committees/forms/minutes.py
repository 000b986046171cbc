"""What the secretary writes in the minutes."""

from collections.abc import Iterable
from typing import Any

from django import forms

from committees.models import AgendaItem


class NarrativeForm(forms.Form):
    """Le récit de la séance : une partie générale, puis une par dossier."""

    narrative = forms.CharField(
        label="Ouverture, informations et questions diverses",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, items: Iterable[AgendaItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for item in items:
            self.fields[f"item_{item.pk}"] = forms.CharField(
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
