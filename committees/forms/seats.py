"""What may be typed about the seats of the committee."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.forms import FrenchDateField
from alize.common.writings import MarkedForm
from committees.enums import SeatKind
from committees.models import Seat
from committees.queries.composition import alternates_as_typed, order_as_typed, replacing

PLACES = {"alternate_0": "Premier suppléant", "alternate_1": "Second suppléant"}


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
    """Ouvrir un siège."""

    kind = forms.ChoiceField(
        label="Voix",
        choices=SeatKind,
        widget=forms.RadioSelect,
        help_text="L'opérateur local, choisi pour sa neutralité, a voix consultative ; "
        "les experts et les relais sont invités.",
    )


class CorrectionForm(SeatForm, MarkedForm):
    """Corriger un siège."""


class EndForm(forms.Form):
    """La fin d'un mandat."""

    ends_on = FrenchDateField(
        label="Dernier jour",
        required=False,
        help_text="Par exemple 12/03/2027. Vide : le mandat n'a pas de fin.",
    )


class AlternatesForm(MarkedForm):
    """Les suppléants d'un siège."""

    def __init__(
        self, data: Any = None, *, people: QuerySet[Person], present: Collection[int]
    ) -> None:
        super().__init__(data, initial=alternates_as_typed(present))
        for name, label in PLACES.items():
            self.fields[name] = forms.ModelChoiceField(
                label=label, queryset=people, required=False, empty_label="Personne"
            )

    def people(self) -> list[int]:
        """Who was chosen."""
        chosen = [self.cleaned_data[name] for name in PLACES]
        return [person.pk for person in chosen if person is not None]


class ChairOrderForm(MarkedForm):
    """L'ordre de remplacement : a place for each company seat, or none."""

    def __init__(self, data: Any = None, *, seats: Sequence[Seat]) -> None:
        super().__init__(data, initial=order_as_typed(seats, replacing(seats)))
        places = [("", "Pas dans l'ordre"), *((str(n), str(n)) for n in range(1, len(seats) + 1))]
        self.seats = {f"seat_{seat.pk}": seat.pk for seat in seats}
        for name, seat in zip(self.seats, seats, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=f"{seat.holder} ({seat.partner})", choices=places, required=False
            )

    def clean(self) -> dict[str, Any]:
        """Two seats do not share a place."""
        cleaned = super().clean() or {}
        taken = [place for name in self.seats if (place := cleaned.get(name))]
        if len(set(taken)) < len(taken):
            raise forms.ValidationError(
                "Deux sièges ont la même place : donnez une place à chacun."
            )
        return cleaned

    def order(self) -> list[int]:
        """The seats in the order chosen."""
        said = {pk: self.cleaned_data[name] for name, pk in self.seats.items()}
        return sorted((pk for pk, place in said.items() if place), key=lambda pk: int(said[pk]))
