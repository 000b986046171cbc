"""What may be typed about meetings and their agenda."""

from datetime import date, datetime
from typing import Any

from django import forms

from alize.common.dates import PARIS
from alize.common.forms import FrenchDateField
from committees.enums import MeetingMode
from committees.forms.fields import HourField, SeatField
from committees.models import Seat
from projects.models import Project


class MeetingForm(forms.Form):
    """Planifier une séance."""

    held_on = FrenchDateField(label="Date")
    hour = HourField(label="Heure")
    mode = forms.ChoiceField(
        label="Forme", choices=MeetingMode, widget=forms.RadioSelect, initial=MeetingMode.IN_PERSON
    )
    place = forms.CharField(label="Lieu", max_length=200, required=False)
    video_url = forms.URLField(
        label="Adresse de la visioconférence",
        required=False,
        assume_scheme="https",
        help_text="Pour une séance à distance ou mixte.",
    )
    chair = SeatField(
        label="Président de séance",
        queryset=Seat.objects.none(),
        required=False,
        empty_label="À désigner",
        help_text="Un représentant en activité d'une entreprise partenaire.",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = Seat.objects.able_to_chair(on).select_related("partner", "holder")
        self.fields["chair"].queryset = able

    def asked(self) -> dict[str, Any]:
        """What the use cases take."""
        typed = self.cleaned_data
        return {
            "held_at": datetime.combine(typed["held_on"], typed["hour"], PARIS),
            "mode": typed["mode"],
            "place": typed["place"],
            "video_url": typed["video_url"],
            "chair_id": typed["chair"].pk if typed["chair"] else None,
        }


class ProjectField(forms.ModelChoiceField):
    """A file, by its company."""

    def label_from_instance(self, project: Project) -> str:
        return f"{project.beneficiary} ({project.reference})"


class ItemForm(forms.Form):
    """Inscrire un dossier."""

    project = ProjectField(
        label="Dossier prêt", queryset=Project.objects.none(), empty_label="Choisissez un dossier"
    )

    def __init__(self, *args: Any, ready: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = ready


class DurationForm(forms.Form):
    """Durée d'un passage."""

    minutes_planned = forms.IntegerField(label="Durée", min_value=5, max_value=180)
