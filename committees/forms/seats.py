"""What may be typed about the seats of the committee."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.forms import FrenchDateField
from committees.enums import SeatKind
from committees.models import Seat

ALTERNATES = 2


class HolderForm(forms.Form):
    """Un titulaire et le jour où son mandat commence."""

    holder = forms.ModelChoiceField(
        label="Titulaire", queryset=Person.objects.none(), empty_label="Choisir"
    )
    starts_on = FrenchDateField(label="À partir du")

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = people

    def asked(self) -> dict[str, Any]:
        """What the use cases take."""
        typed = dict(self.cleaned_data)
        return {"holder_id": typed.pop("holder").pk, **typed}


class SeatForm(HolderForm):
    """Ouvrir ou corriger un siège."""

    kind = forms.ChoiceField(
        label="Voix",
        choices=SeatKind,
        widget=forms.RadioSelect,
        help_text="L'opérateur local, choisi pour sa neutralité, a voix consultative ; "
        "les experts et les relais sont invités.",
    )


class EndForm(forms.Form):
    """La fin d'un mandat."""

    ends_on = FrenchDateField(
        label="Dernier jour",
        required=False,
        help_text="Par exemple 12/03/2027. Vide : le mandat n'a pas de fin.",
    )


class AlternatesForm(forms.Form):
    """Les suppléants d'un siège."""

    def __init__(
        self, *args: Any, people: QuerySet[Person], present: Iterable[Person] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = [person.pk for person in present]
        for rank in range(ALTERNATES):
            self.fields[f"alternate_{rank}"] = forms.ModelChoiceField(
                label=("Premier suppléant", "Second suppléant")[rank],
                queryset=people,
                required=False,
                empty_label="Personne",
                initial=known[rank] if rank < len(known) else None,
            )

    def people(self) -> list[int]:
        """Who was chosen."""
        return [person.pk for person in self.cleaned_data.values() if person is not None]


class ChairOrderForm(forms.Form):
    """L'ordre de remplacement : a place for each company seat, or none."""

    def __init__(self, *args: Any, seats: list[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [("", "Pas dans l'ordre"), *((str(n), str(n)) for n in range(1, len(seats) + 1))]
        for rank, seat in enumerate(seats, 1):
            ranked = getattr(seat, "replacing", None) is not None
            self.fields[f"seat_{seat.pk}"] = forms.ChoiceField(
                label=f"{seat.holder} ({seat.partner})",
                choices=places,
                required=False,
                initial=str(rank) if ranked else "",
            )

    def clean(self) -> dict[str, Any]:
        """Two seats do not share a place."""
        cleaned = super().clean() or {}
        taken = [place for place in cleaned.values() if place]
        if len(set(taken)) < len(taken):
            raise forms.ValidationError(
                "Deux sièges ont la même place : donnez une place à chacun."
            )
        return cleaned

    def order(self) -> list[int]:
        """The seats in the order chosen."""
        chosen = {name: place for name, place in self.cleaned_data.items() if place}
        return [
            int(name.removeprefix("seat_")) for name in sorted(chosen, key=lambda n: int(chosen[n]))
        ]
