"""What is typed in an amendment to a cooperation convention."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BaseFormSet

from alize.common.dates import long_date, short_date
from alize.common.forms import CommandKeyField, FrenchDateField, HeadcountField
from alize.common.money import format_number
from alize.common.writings import MEANWHILE, MarkedForm, WrittenMeanwhile
from alize.documents.fields import TextField
from committees.forms.proposals import LeadField, SkillsFormSet
from conventions.models import Amendment, CooperationConvention
from conventions.operations import Lent, SupportTerms
from conventions.queries import amended
from conventions.rules.cooperation import Content
from funds.models import ScheduleVersion
from partners.models import Contact, Partner
from projects.queries import member_contacts

OF_SUPPORT = ("jobs_created", "jobs_retained", "lead", "new_ends_on")
"""What changes while the company is supported only."""


class ScheduleField(forms.ModelChoiceField):
    """The plan that the committee accepted last, while no other amendment carries it."""

    def label_from_instance(self, version: ScheduleVersion) -> str:
        decision = version.decision
        reference = decision.reference if decision else ""
        day = short_date(version.effective_on)
        return f"{version.get_reason_display()}, décision {reference}, à partir du {day}"


class SupportAmendmentForm(MarkedForm):
    """Un avenant à une convention de coopération : why, what changes, who lends (`skills`)."""

    reason = TextField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Une phrase : ce qui rend l'avenant nécessaire, et la décision du comité s'il y "
        "en a une.",
    )
    lead = LeadField(
        label="Nouveau mandataire du suivi",
        queryset=Contact.objects.none(),
        required=False,
        empty_label="Le mandataire ne change pas",
    )
    jobs_created = HeadcountField(label="Emplois à créer", required=False)
    jobs_retained = HeadcountField(label="Emplois à maintenir", required=False)
    new_ends_on = FrenchDateField(label="Nouveau terme", required=False)
    changes = TextField(
        label="Plan d'accompagnement et autres dispositions",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Une par ligne, dans leur nouvelle rédaction.",
    )
    schedule = ScheduleField(
        label="Nouvel échéancier de l'avance",
        queryset=ScheduleVersion.objects.none(),
        required=False,
        empty_label="L'échéancier ne change pas",
        help_text="Tel que le comité l'a accepté : il devient l'annexe de l'avenant.",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        convention: CooperationConvention,
        amendment: Amendment | None = None,
        proposed: ScheduleVersion | None = None,
        on: date,
    ) -> None:
        content = amended.content_of(convention)
        shown = amended.as_typed(amendment) if amendment else _begun(content, proposed)
        super().__init__(data, initial=shown)
        self.fields[
            "new_ends_on"
        ].help_text = (
            f"À remplir pour une prolongation ; le terme est le {long_date(content.ends_on)}."
        )
        contacts = member_contacts(on=on)
        self.fields["lead"].queryset = contacts.order_by("person__last_name", "partner__name")
        self._offer_schedule(convention, amendment)
        self.supports = amended.support_runs(convention, on=on)
        if not self.supports:
            for name in OF_SUPPORT:
                del self.fields[name]
        typed = data if self.supports else None
        self.skills = _skills(typed, convention=convention, amendment=amendment, on=on)

    def _offer_schedule(
        self, convention: CooperationConvention, amendment: Amendment | None
    ) -> None:
        last = amended.last_schedule(convention)
        carries = amendment is not None and last is not None and amendment.schedule_id == last.pk
        if last is None or not (carries or amended.schedule_to_sign(convention)):
            del self.fields["schedule"]
            return
        versions = ScheduleVersion.objects.filter(pk=last.pk)
        self.fields["schedule"].queryset = versions.select_related("decision")

    def compare(self, meanwhile: WrittenMeanwhile) -> None:
        """The lines of the companies too, which are no field."""
        super().compare(meanwhile)
        lent = meanwhile.stored["skills"]
        typed = _lent(self.skills) if self.supports else []
        if self.supports and lent != sorted((one.partner_id, one.days, one.topic) for one in typed):
            names = Partner.objects.in_bulk([pk for pk, _, _ in lent])
            lines = [f"{names[pk]}, {format_number(days)} j, {topic}" for pk, days, topic in lent]
            self.add_error(None, f"{MEANWHILE}{' ; '.join(lines) or 'aucun apport'}.")

    def terms(self) -> SupportTerms:
        """What was typed, with the lines of the companies."""
        typed = self.cleaned_data
        lead, schedule = typed.get("lead"), typed.get("schedule")
        return SupportTerms(
            changes=typed["changes"],
            skills=_lent(self.skills) if self.supports else None,
            jobs_created=typed.get("jobs_created"),
            jobs_retained=typed.get("jobs_retained"),
            lead_id=lead.pk if lead else None,
            new_ends_on=typed.get("new_ends_on"),
            schedule_id=schedule.pk if schedule else None,
        )


class NewSupportAmendmentForm(SupportAmendmentForm):
    """Préparer un avenant, qui compte une fois."""

    command_key = CommandKeyField()


def _begun(content: Content, proposed: ScheduleVersion | None) -> dict[str, Any]:
    """What the convention says, and what a request was accepted for."""
    found: dict[str, Any] = {
        "jobs_created": content.jobs_created,
        "jobs_retained": content.jobs_retained,
    }
    if proposed is not None and proposed.decision is not None:
        decision = proposed.decision
        found |= {
            "schedule": proposed,
            "reason": f"Par sa décision {decision.reference} du {long_date(decision.decided_on)}, "
            f"le comité d'agrément a accepté la demande de l'entreprise : "
            f"{proposed.get_reason_display().lower()} de l'avance {proposed.advance.reference}.",
        }
    return found


def _skills(
    data: Any, *, convention: CooperationConvention, amendment: Amendment | None, on: date
) -> BaseFormSet:
    """The lines of the companies, as they are or as the draft changes them."""
    partners = amended.may_lend(amended.content_of(convention), on=on)
    content = amended.content_with(amendment) if amendment else amended.content_of(convention)
    initial = [
        {"partner": one.partner_id, "days": one.days, "topic": one.topic} for one in content.skills
    ]
    # A line sent is compared with an empty one: what is left as it was counts too.
    return SkillsFormSet(
        data,
        prefix="skills",
        initial=None if data is not None else initial,
        form_kwargs={"partners": partners},
    )


def _lent(skills: BaseFormSet) -> list[Lent]:
    """What was typed in the lines that are neither empty nor taken away."""
    lines = [form.cleaned_data for form in skills if form.has_changed()]
    return [
        Lent(line["partner"].pk, line["days"], line["topic"])
        for line in lines
        if line and not line.get("DELETE")
    ]
