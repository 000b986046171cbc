"""What may be typed about meetings, proposals, votes and minutes."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.forms import formset_factory

from alize.accounts.models import Person
from alize.common.dates import PARIS
from alize.common.forms import CommandKeyField, EurosField, FrenchDateField
from committees.enums import ConditionKind, InterestAnswer, MeetingMode
from committees.models import AgendaItem, Seat
from partners.enums import PartnerKind
from partners.models import Contact, Partner
from projects.models import Project

HOUR = re.compile(r"\s*(?P<hour>[0-9]{1,2})\s*(?:[h:]\s*(?P<minute>[0-9]{2})?)?\s*", re.IGNORECASE)


class HourField(forms.CharField):
    """An hour typed as « 14 h 30 » or « 14:30 », cleaned to a time."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "14 h 30", "autocomplete": "off"})
        super().__init__(**{"widget": widget, "max_length": 10} | kwargs)

    def clean(self, value: Any) -> time | None:
        text = super().clean(value)
        if not text:
            return None
        match = HOUR.fullmatch(text)
        if match is None or int(match["hour"]) > 23 or int(match["minute"] or 0) > 59:
            raise forms.ValidationError(f"« {text} » n'est pas une heure : écrivez 14 h 30.")
        return time(int(match["hour"]), int(match["minute"] or 0))

    def prepare_value(self, value: Any) -> Any:
        return f"{value.hour} h {value.minute:02d}" if isinstance(value, time) else value


class SeatField(forms.ModelChoiceField):
    """A seat, by who holds it and for which partner."""

    def label_from_instance(self, seat: Seat) -> str:
        return f"{seat.holder} ({seat.partner})"


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


class LeadField(forms.ModelChoiceField):
    """A follow-up lead: somebody active of a partner."""

    def label_from_instance(self, contact: Contact) -> str:
        return f"{contact.person} ({contact.partner})"


class ProposalForm(forms.Form):
    """Proposition de décision."""

    amount = EurosField(label="Avance remboursable", required=False)
    lines = forms.IntegerField(
        label="Nombre d'échéances mensuelles", required=False, min_value=1, max_value=120
    )
    grace_months = forms.IntegerField(
        label="Différé", required=False, min_value=0, max_value=36, initial=0
    )
    lead = LeadField(
        label="Mandataire du suivi",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="À désigner",
        help_text="Il suit l'entreprise pendant dix-huit mois au moins.",
    )
    comment = forms.CharField(
        label="Précisions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grace_months"].unit = "mois"
        partners = Partner.objects.active_on(on)
        contacts = Contact.objects.filter(is_active=True, partner__in=partners)
        self.fields["lead"].queryset = contacts.select_related("person", "partner").order_by(
            "person__last_name", "partner__name"
        )

    def clean_amount(self) -> int:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount < 0:
            raise forms.ValidationError("Une avance n'est pas négative.")
        return amount or 0


class SkillsForm(forms.Form):
    """Une ligne de compétences."""

    partner = forms.ModelChoiceField(
        label="Entreprise",
        queryset=Partner.objects.filter(kind=PartnerKind.COMPANY),
        empty_label="Choisissez une entreprise",
    )
    days = forms.DecimalField(
        label="Jours", min_value=0.5, max_value=200, max_digits=4, decimal_places=1, localize=True
    )
    topic = forms.CharField(label="Objet", max_length=120)


class ConditionForm(forms.Form):
    """Une condition."""

    kind = forms.ChoiceField(label="Nature", choices=ConditionKind)
    text = forms.CharField(label="Condition", max_length=300)
    due_on = FrenchDateField(label="Avant le")

    def has_changed(self) -> bool:
        """The nature alone, which always has a value, makes no condition."""
        return any(name in self.changed_data for name in ("text", "due_on"))


SkillsFormSet = formset_factory(SkillsForm, extra=2, max_num=12, can_delete=True)
ConditionFormSet = formset_factory(ConditionForm, extra=2, max_num=12, can_delete=True)


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


class VoteForm(forms.Form):
    """Bulletin de vote."""

    seat = forms.IntegerField(widget=forms.HiddenInput)
    choice = forms.CharField(
        max_length=7,
        error_messages={"required": "Choisissez « Pour », « Contre » ou « Abstention »."},
    )
    reason = forms.CharField(
        label="En une ligne, pourquoi",
        max_length=200,
        required=False,
        help_text="Demandé pour un vote contre ; les membres le lisent après la clôture.",
    )
    command_key = CommandKeyField()


class ArrivalForm(forms.Form):
    """Une arrivée."""

    seat = forms.ModelChoiceField(queryset=Seat.objects.all())
    person = forms.ModelChoiceField(queryset=Person.objects.all())
    remote = forms.BooleanField(required=False)
    hour = HourField(required=False)


class DepartureForm(forms.Form):
    """Un départ."""

    hour = HourField(required=False)


class ReasonForm(forms.Form):
    """Le motif d'un refus ou d'un ajournement."""

    reason = forms.CharField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il figurera dans la lettre à l'entreprise et au procès-verbal.",
    )


class ProofForm(forms.Form):
    """Le justificatif qui lève une condition."""

    proof = forms.CharField(
        label="Justificatif",
        max_length=200,
        help_text="Le document reçu et sa date, par exemple « accord de prêt du 12/03/2027 ».",
    )


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
