"""What may be typed about meetings and their agenda."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms

from alize.accounts.models import Person
from alize.common.dates import PARIS
from alize.common.forms import CommandKeyField, FrenchDateField, HourField
from alize.common.writings import MarkedForm
from alize.documents.fields import PersonNameField, TextField
from committees.enums import MeetingMode, SummonsReply
from committees.forms.fields import SeatField
from committees.models import AgendaItem, Meeting, Seat
from committees.models.meetings import VIDEO_URL_LENGTH
from projects.models import Project

HELD_MODES = [choice for choice in MeetingMode.choices if choice[0] != MeetingMode.WRITTEN]
"""The forms of a meeting that is held; a written consultation is asked for elsewhere."""


class MeetingForm(MarkedForm):
    """Planifier une séance."""

    held_on = FrenchDateField(label="Date")
    hour = HourField(label="Heure")
    until = HourField(label="Fin prévue", help_text="Le temps de chaque dossier s'y mesure.")
    mode = forms.ChoiceField(
        label="Forme", choices=HELD_MODES, widget=forms.RadioSelect, initial=MeetingMode.IN_PERSON
    )
    place = TextField(label="Lieu", max_length=200, required=False)
    video_url = forms.URLField(
        label="Adresse de la visioconférence",
        max_length=VIDEO_URL_LENGTH,
        required=False,
        assume_scheme="https",
        help_text="Pour une séance à distance ou mixte.",
    )
    chair = SeatField(
        label="Président de séance",
        queryset=Seat.objects.none(),
        required=False,
        empty_label="À désigner",
        error_messages={
            "invalid_choice": "Ce siège ne peut pas présider ce jour-là : choisissez-en un autre."
        },
        help_text="Un représentant en activité d'une entreprise partenaire.",
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_chairs(on)

    def _offer_chairs(self, on: date) -> None:
        able = Seat.objects.able_to_chair(on).select_related("partner", "holder")
        self.fields["chair"].queryset = able

    def clean_held_on(self) -> date:
        """The seats that may take the chair are those of the day that is typed (R30)."""
        held_on: date = self.cleaned_data["held_on"]
        self._offer_chairs(held_on)
        return held_on

    def asked(self) -> dict[str, Any]:
        """What the use cases take."""
        typed = self.cleaned_data
        begins = datetime.combine(typed["held_on"], typed["hour"], PARIS)
        ends = datetime.combine(typed["held_on"], typed["until"], PARIS)
        return {
            "held_at": begins,
            "minutes_planned": int((ends - begins).total_seconds()) // 60,
            "mode": typed["mode"],
            "place": typed["place"],
            "video_url": typed["video_url"],
            "chair_id": typed["chair"].pk if typed["chair"] else None,
        }


class NewMeetingForm(MeetingForm):
    """Planifier une séance, qui compte une fois."""

    command_key = CommandKeyField()

    def asked(self) -> dict[str, Any]:
        """What the use case takes."""
        return super().asked() | {"command_key": self.cleaned_data["command_key"]}


class ProjectField(forms.ModelChoiceField):
    """A file, by its company."""

    def label_from_instance(self, project: Project) -> str:
        return f"{project.beneficiary} ({project.reference})"


class ItemForm(forms.Form):
    """Inscrire un dossier: at the end, or where it was when it comes back."""

    project = ProjectField(
        label="Dossier prêt", queryset=Project.objects.none(), empty_label="Choisissez un dossier"
    )
    rank = forms.IntegerField(min_value=1, max_value=99, required=False)
    minutes_planned = forms.IntegerField(min_value=5, max_value=180, required=False)

    def __init__(self, *args: Any, ready: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = ready


class DurationForm(forms.Form):
    """Durée d'un passage."""

    minutes_planned = forms.IntegerField(label="Durée", min_value=5, max_value=180)


class AnswerForm(forms.Form):
    """Répondre à la convocation."""

    reply = forms.ChoiceField(
        label="Votre réponse",
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez une réponse."},
    )
    asked = forms.TypedChoiceField(
        coerce=int, empty_value=None, required=False, widget=forms.HiddenInput
    )
    """Who is asked to sit instead, in place of an answer."""

    def __init__(
        self,
        *args: Any,
        possible: Iterable[SummonsReply],
        colleagues: Iterable[Person],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reply"].choices = [(reply.value, reply.label) for reply in possible]
        self.fields["asked"].choices = [(person.pk, str(person)) for person in colleagues]
        self.fields["reply"].required = not self.data.get("asked")


class CancellationForm(forms.Form):
    """Annuler une séance."""

    reason = TextField(
        label="Motif",
        max_length=300,
        help_text="Il est dit aux membres convoqués.",
    )


class ItemOfMeeting(forms.ModelChoiceField):
    """A file of the agenda, by its company."""

    def label_from_instance(self, item: AgendaItem) -> str:
        return f"{item.rank}. {item.project.beneficiary}"


class GuestForm(forms.Form):
    """Inviter une personne à être entendue."""

    name = PersonNameField(label="Nom", max_length=120)
    capacity = TextField(
        label="Qualité", max_length=120, help_text="Par exemple : dirigeant, expert, banque."
    )
    item = ItemOfMeeting(
        label="Pour",
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label="Toute la séance",
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        items = meeting.items.select_related("project__beneficiary").order_by("rank")
        self.fields["item"].queryset = items
