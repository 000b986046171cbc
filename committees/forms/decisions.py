"""What may be typed about a decision, its correction and its conditions."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from alize.common.dates import long_date
from alize.common.forms import DaysField, EurosField, FrenchDateField
from alize.common.words import of
from alize.documents.fields import TextField
from committees.enums import APPROVALS, FAVOURABLE, DecisionOutcome
from committees.forms.proposals import ConditionForm, LeadField
from committees.models import Condition, Decision, Meeting
from committees.operations import Corrections, Particulars
from committees.operations.rectifications import OF_CONDITION
from committees.permissions.phases import BEFORE_IT_OPENS
from projects.queries import member_contacts


class ConditionFilterForm(forms.Form):
    """Search of the conditions to lift: a company, words of the condition, who is to prove it."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)


class MeetingField(forms.ModelChoiceField):
    """A meeting to come."""

    def label_from_instance(self, meeting: Meeting) -> str:
        return f"{meeting.number}, le {long_date(timezone.localdate(meeting.held_at))}"


class ParticularsForm(forms.Form):
    """Ce que dit une décision qui n'agrée pas : le motif, et ce qu'elle attend."""

    reason = TextField(
        label="Motif",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Il figurera dans la lettre à l'entreprise et au procès-verbal.",
    )
    redirection = TextField(
        label="Réorientation",
        required=False,
        max_length=300,
        help_text="Le dispositif ou la structure vers qui orienter l'entreprise.",
    )
    pieces_awaited = TextField(
        label="Pièces attendues",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une par ligne.",
    )
    target_meeting = MeetingField(
        label="Séance du réexamen",
        queryset=Meeting.objects.none(),
        required=False,
        empty_label="Une prochaine séance",
    )
    expert = TextField(
        label="Expert", max_length=200, help_text="Son nom, et l'entreprise ou l'organisme."
    )
    expert_due_on = FrenchDateField(label="Avis rendu avant le")

    ASKED = {
        DecisionOutcome.REJECTED: {"redirection"},
        DecisionOutcome.DEFERRED: {"pieces_awaited", "target_meeting"},
        DecisionOutcome.EXTRA_DIAGNOSIS: {"expert", "expert_due_on"},
    }

    def __init__(
        self, *args: Any, outcome: str, on: date, current: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        asked = {"reason"} | self.ASKED.get(DecisionOutcome(outcome), set())
        for name in set(self.fields) - asked:
            del self.fields[name]
        if "target_meeting" in self.fields:
            to_come = Q(status__in=BEFORE_IT_OPENS, held_at__date__gt=on)
            self.fields["target_meeting"].queryset = Meeting.objects.filter(
                to_come | Q(pk=current)
            ).order_by("held_at")

    def clean_expert_due_on(self) -> date:
        due_on = self.cleaned_data["expert_due_on"]
        if due_on is None:
            raise forms.ValidationError("Dites pour quand l'avis est attendu.")
        if due_on < self.on:
            raise forms.ValidationError("Cette date est passée.")
        return due_on

    def particulars(self) -> Particulars:
        """What was typed, as the decision will keep it."""
        typed = dict(self.cleaned_data)
        meeting = typed.pop("target_meeting", None)
        return Particulars(target_meeting_id=meeting.pk if meeting else None, **typed)


class RectifyForm(forms.Form):
    """Les données d'une décision où une erreur de saisie peut s'être glissée."""

    def __init__(self, *args: Any, decision: Decision, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if decision.outcome in APPROVALS:
            self._approval(decision, on)
        if decision.outcome in FAVOURABLE:
            for rank, condition in enumerate(decision.conditions.order_by("pk"), 1):
                if condition.lifted_at is None:
                    self._condition(condition, rank)
        self.fields["reason"] = TextField(
            label="Motif de la décision",
            required=decision.outcome not in FAVOURABLE,
            max_length=1000,
            initial=decision.reason,
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        said = ParticularsForm(
            outcome=decision.outcome, on=on, current=decision.target_meeting_id
        ).fields
        for name in ("redirection", "pieces_awaited", "target_meeting", "expert", "expert_due_on"):
            if name in said:
                self.fields[name] = said[name]
                self.initial[name] = getattr(decision, name)
        self.fields["why"] = TextField(
            label="Pourquoi cette rectification",
            max_length=300,
            help_text="Par exemple « erreur de frappe ». L'ancienne valeur reste au procès-verbal.",
        )

    def _approval(self, decision: Decision, on: date) -> None:
        proposal = decision.proposal
        if decision.amount:
            self.fields["amount"] = EurosField(
                label="Avance accordée", positive=True, initial=decision.amount
            )
        for line in proposal.skills.select_related("partner").order_by("partner"):
            self.fields[f"days_{line.pk}"] = DaysField(
                label=f"Jours {of(line.partner)}, {line.topic}", initial=line.days
            )
        contacts = member_contacts(on=on)
        current = contacts.filter(
            person=proposal.follow_up_lead_id, partner=proposal.follow_up_partner_id
        ).first()
        self.fields["lead"] = LeadField(
            label="Mandataire du suivi",
            queryset=contacts.order_by("person__last_name"),
            required=False,
            initial=current,
            empty_label="Inchangé",
        )

    def _condition(self, condition: Condition, rank: int) -> None:
        fields = ConditionForm().fields
        for name, label in OF_CONDITION.items():
            asked = fields[name]
            asked.label = f"{label} (condition {rank})"
            asked.initial = getattr(condition, name)
            asked.required = bool(asked.initial)
            self.fields[f"condition_{condition.pk}_{name}"] = asked

    def corrections(self) -> Corrections:
        """What was typed, field by field."""
        typed = self.cleaned_data
        return Corrections(
            amount=typed.get("amount"),
            reason=typed["reason"],
            redirection=typed.get("redirection"),
            pieces_awaited=typed.get("pieces_awaited"),
            expert=typed.get("expert"),
            expert_due_on=typed.get("expert_due_on"),
            target_meeting_id=self._target(),
            lead=typed.get("lead"),
            days={
                int(name.removeprefix("days_")): days
                for name, days in typed.items()
                if name.startswith("days_") and days is not None
            },
            conditions=self._conditions(),
        )

    def _target(self) -> int | None:
        if "target_meeting" not in self.cleaned_data:
            return None
        meeting = self.cleaned_data["target_meeting"]
        return meeting.pk if meeting else 0

    def _conditions(self) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for name, value in self.cleaned_data.items():
            kind, _, rest = name.partition("_")
            if kind == "condition":
                pk, _, said = rest.partition("_")
                found.setdefault(int(pk), {})[said] = value
        return found


class WhyForm(forms.Form):
    """Pourquoi le comité délibère à nouveau."""

    why = TextField(
        label="Motif de la nouvelle délibération",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProofForm(forms.Form):
    """Le justificatif qui lève une condition."""

    proof = TextField(
        label="Justificatif",
        max_length=200,
        help_text="Le document reçu et sa date, par exemple « accord de prêt du 12/03/2027 ».",
    )
