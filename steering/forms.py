"""What is asked to take the figures of a year, and of a steering committee."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from alize.accounts.models import LONGEST_NAME
from alize.common.forms import EmailField, FrenchDateField, HourField
from alize.common.writings import MarkedForm
from alize.documents.fields import PersonNameField, TextField
from committees.models import Decision
from partners.enums import MandateKind
from partners.forms import MandateForm
from signatures.forms import checked_deadline
from signatures.rules import CIRCUIT_DAYS, SignerFacts
from steering.enums import NOT_EXAMINED, Verdict
from steering.models import EvaluationReport, SteeringMeeting
from steering.operations.meetings import GivenMandate
from steering.queries.validations import names_of

FIRST_YEAR = 1998


class YearForm(forms.Form):
    """Année et date d'arrêté of what is shown."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    au = FrenchDateField(label="Arrêté au", required=False, help_text="")

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["annee"].choices = [(year, str(year)) for year in sorted(years, reverse=True)]


class PrepareForm(forms.Form):
    """Préparer le rapport : a year, and the day its figures stop."""

    year = forms.IntegerField(
        label="Année du rapport", min_value=FIRST_YEAR, max_value=9998, localize=False
    )
    as_of = FrenchDateField(
        label="Chiffres arrêtés au",
        help_text="Ce qui est arrivé ou a été saisi après cette date ne compte pas.",
        error_messages={"required": "Indiquez la date d'arrêté."},
    )

    @staticmethod
    def suggested(year: int, *, on: date) -> dict[str, Any]:
        """The report that is due, as of today."""
        return {"year": year, "as_of": on}


class ReportField(forms.ModelChoiceField):
    """A published report, by its year."""

    def label_from_instance(self, report: EvaluationReport) -> str:
        return f"Rapport {report.year}, version {report.version}"


class SummonsForm(MarkedForm):
    """Convoquer un comité de pilotage."""

    number = forms.IntegerField(
        label="Numéro",
        min_value=1,
        max_value=999,
        help_text="Proposé à la suite du dernier ; changez-le si le bassin en a tenu d'autres.",
    )
    held_on = FrenchDateField(label="Date")
    hour = HourField(label="Heure")
    place = TextField(label="Lieu", max_length=120)
    agenda = TextField(
        label="Ordre du jour",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Un point par ligne.",
    )
    report = ReportField(
        label="Rapport d'évaluation présenté",
        queryset=EvaluationReport.objects.none(),
        required=False,
        empty_label="Aucun",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        published = EvaluationReport.objects.filter(published_at__isnull=False)
        self.fields["report"].queryset = published


class ConclusionsForm(MarkedForm):
    """Les conclusions d'un comité de pilotage, qui font son relevé de décisions."""

    held_on = FrenchDateField(label="Tenu le")
    place = TextField(label="Lieu", max_length=120)
    chaired_by = TextField(
        label="Présidé par",
        max_length=120,
        help_text="Par exemple : le préfet de la Savoie, ou son représentant.",
    )
    attendees = TextField(
        label="Présents",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Une personne ou une structure par ligne.",
    )
    orientations = TextField(
        label="Conclusions et orientations",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Une par ligne, avec qui s'en charge : elles seront numérotées.",
    )

    def __init__(self, *args: Any, decisions: Sequence[Decision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.decisions = decisions
        for decision in decisions:
            verdict, remark = names_of(decision.pk)
            self.fields[verdict] = forms.ChoiceField(
                label="Avis du comité",
                choices=[(NOT_EXAMINED, "Non examinée"), *Verdict.choices],
            )
            self.fields[remark] = TextField(
                label="Observation ou réserve", max_length=500, required=False
            )

    @property
    def concluded(self) -> list[forms.BoundField]:
        """What is asked of the committee itself."""
        named = {name for decision in self.decisions for name in names_of(decision.pk)}
        return [field for field in self.visible_fields() if field.name not in named]

    @property
    def examined(self) -> list[tuple[Decision, forms.BoundField, forms.BoundField]]:
        """What is asked of each decision: its verdict, its remark."""
        return [
            (decision, *(self[name] for name in names_of(decision.pk)))
            for decision in self.decisions
        ]


class MinutesSignatureForm(MandateForm):
    """Faire signer le relevé de décisions par qui a présidé, ou par qui en a reçu délégation."""

    command_key = None
    kind = forms.ChoiceField(
        label="Signe en vertu de",
        choices=[
            (MandateKind.STATUTORY, "Sa fonction : la présidence du comité local"),
            *((one, one.label) for one in (MandateKind.DELEGATION, MandateKind.DELIBERATION)),
        ],
        widget=forms.RadioSelect,
    )
    name = PersonNameField(
        label="Signataire", max_length=LONGEST_NAME, help_text="Son prénom et son nom."
    )
    function = TextField(label="Fonction", max_length=120)
    organisation = TextField(label="Structure", max_length=120)
    email = EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Le lien de signature y est envoyé.",
    )
    paper = forms.BooleanField(label="Signe sur papier", required=False)
    expires_on = FrenchDateField(label="À signer au plus tard le")
    message = TextField(
        label="Message au signataire",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    field_order = (
        "name", "function", "organisation", "kind", "starts_on", "ends_on", "document", "email",
        "paper", "expires_on", "message",
    )  # fmt: skip

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["starts_on"].required = False
        self.fields["ends_on"].help_text = "Ce mandat doit couvrir le jour de la signature."
        self.fields["document"].help_text = (
            "Pour une délégation ou une délibération, joignez l'acte : PDF ou image, 15 Mo au "
            "plus. Rien pour qui préside."
        )

    @staticmethod
    def suggested(meeting: SteeringMeeting, *, on: date) -> dict[str, Any]:
        """A month to sign, by who chaired."""
        return {
            "function": meeting.chaired_by,
            "kind": MandateKind.STATUTORY,
            "expires_on": on + timedelta(days=CIRCUIT_DAYS),
        }

    def clean_expires_on(self) -> date:
        """Within a year."""
        return checked_deadline(self.cleaned_data["expires_on"], on=self.on)

    def asked(self) -> dict[str, Any]:
        """What the use case takes."""
        typed = self.cleaned_data
        return {
            "signer": SignerFacts(
                name=typed["name"],
                function=typed["function"],
                organisation=typed["organisation"],
                email=typed["email"],
                capacity="Présidence du comité local de pilotage",
                paper=typed["paper"],
            ),
            "mandate": GivenMandate(
                **{name: typed[name] for name in ("kind", "starts_on", "ends_on", "document")}
            ),
            "expires_on": typed["expires_on"],
            "message": typed["message"],
        }
