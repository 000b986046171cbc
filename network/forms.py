"""What the list of basins is filtered by."""

from collections.abc import Sequence
from typing import Any

from django import forms

from network.queries import BasinLine
from network.rules import Reason
from network.screen import ACTIVE, ASLEEP, REASONS
from projects.rules import plain

ENDING = frozenset({Reason.CONVENTION, Reason.EXPIRED})


class BasinFilter(forms.Form):
    """Année, recherche, activité, motif d'attention."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    q = forms.CharField(label="Bassin ou département", max_length=80, required=False)
    etat = forms.ChoiceField(
        label="Activité",
        required=False,
        choices=[
            ("", "Tous les bassins"),
            (ACTIVE, "Actifs"),
            (ASLEEP, "Sans séance depuis six mois"),
        ],
    )
    motif = forms.ChoiceField(
        label="Demande attention",
        required=False,
        choices=[("", "Tous les bassins"), *((r.value, REASONS[r].label) for r in Reason)],
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(year, str(year)) for year in years]

    def keep(self, lines: Sequence[BasinLine]) -> list[BasinLine]:
        """The basins that match; a convention that expired matches « bientôt échue » too."""
        given = self.cleaned_data
        sought = plain(given.get("q") or "")
        state, reason = given.get("etat"), given.get("motif")
        wanted = ENDING if reason == Reason.CONVENTION else {reason}
        return [
            line
            for line in lines
            if (not sought or sought in plain(line.basin.name) or sought in line.basin.departments)
            and (not state or line.is_asleep == (state == ASLEEP))
            and (not reason or any(concern.reason in wanted for concern in line.concerns))
        ]
