"""What may be typed about a written consultation."""

from datetime import datetime
from typing import Any

from django import forms

from alize.common.dates import PARIS
from alize.common.forms import FrenchDateField, HourField
from alize.common.writings import MarkedForm
from alize.documents.fields import TextField
from committees.enums import ConsultationMatter
from committees.forms.meetings import ProjectField
from projects.models import Project


class ConsultationForm(MarkedForm):
    """Préparer une consultation écrite, ou la modifier tant qu'elle n'est pas lancée."""

    project = ProjectField(
        label="Dossier", queryset=Project.objects.none(), empty_label="Choisissez un dossier"
    )
    matter = forms.ChoiceField(label="Objet", choices=ConsultationMatter, widget=forms.RadioSelect)
    urgency = TextField(
        label="Pourquoi sans attendre une séance",
        max_length=300,
        help_text="Les membres le lisent avant de voter ; le procès-verbal le reprend.",
    )
    closes_on = FrenchDateField(label="Dernier jour pour voter")
    hour = HourField(label="Heure de clôture")
    reminds = forms.BooleanField(
        label="Rappeler ceux qui n'ont pas voté",
        required=False,
        help_text="À la moitié du délai, puis la veille de la clôture.",
    )

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["project"].queryset = projects

    def asked(self) -> dict[str, Any]:
        """What the use case takes."""
        typed = self.cleaned_data
        return {
            "project_id": typed["project"].pk,
            "matter": typed["matter"],
            "urgency": typed["urgency"],
            "closes_at": datetime.combine(typed["closes_on"], typed["hour"], PARIS),
            "reminds": typed["reminds"],
        }


class DiscussionForm(forms.Form):
    """Demander une discussion en séance."""

    reason = TextField(
        label="Ce dont vous souhaitez parler",
        max_length=300,
        help_text="L'opérateur et les membres le liront.",
    )
