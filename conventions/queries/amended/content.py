"""What a cooperation convention says today, and what an amendment changes in it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from conventions.documents.cooperation import effect_of, jobs_planned, lead_named, term
from conventions.enums import AgreementStatus
from conventions.models import (
    AmendedSkills,
    Amendment,
    CooperationConvention,
    PartnershipConvention,
)
from conventions.rules.cooperation import Content, Lending
from partners.models import Contact, Partner
from partners.queries import lenders
from projects.enums import JobNature

UNDER_WAY = (AgreementStatus.DRAFT, AgreementStatus.FROZEN, AgreementStatus.SIGNING)


def content_of(convention: CooperationConvention) -> Content:
    """What a convention says today: its own words, then each signed amendment in turn."""
    project, proposal = convention.project, convention.decision.proposal
    content = Content(
        skills=tuple(
            Lending(skill.partner_id, skill.partner.name, skill.topic, skill.days)
            for skill in proposal.skills.select_related("partner").order_by("pk")
        ),
        jobs_created=jobs_planned(project, JobNature.CREATED),
        jobs_retained=jobs_planned(project, JobNature.RETAINED),
        lead=lead_named(project.follow_up_lead, project.follow_up_partner),
        ends_on=term(effect_of(convention)),
    )
    for amendment in signed_amendments(convention):
        content = _with(content, amendment)
    # The follow-up is that of the file: whoever follows it on a day was named by the last text.
    return replace(content, lead=lead_named(project.follow_up_lead, project.follow_up_partner))


def as_typed(amendment: Amendment) -> dict[str, Any]:
    """The draft of an amendment as its page shows it: what it changes, what stays as it is."""
    after = content_with(amendment)
    lead = Contact.objects.filter(
        person=amendment.follow_up_lead_id, partner=amendment.follow_up_partner_id
    )
    return {
        "reason": amendment.reason,
        "changes": amendment.changes,
        "jobs_created": after.jobs_created,
        "jobs_retained": after.jobs_retained,
        "new_ends_on": amendment.new_ends_on,
        "schedule": amendment.schedule_id,
        "lead": lead.first() if amendment.follow_up_lead_id else None,
        "skills": sorted((one.partner_id, one.days, one.topic) for one in after.skills),
    }


def may_lend(content: Content, *, on: date) -> QuerySet[Partner]:
    """The companies that may lend days from now on: partners, and those that lend already."""
    lending = Q(pk__in=[one.partner_id for one in content.skills])
    return Partner.objects.filter(lending | Q(pk__in=lenders(on).values("pk")))


def same_days(skills: Iterable[tuple[int, Decimal, str]], content: Content) -> bool:
    """Whether typed lines say what the convention says already."""
    said = [(one.partner_id, one.days, one.topic) for one in content.skills]
    return sorted(skills) == sorted(said)


def content_with(amendment: Amendment) -> Content:
    """The same once an amendment is signed."""
    return before_and_after(amendment)[1]


def before_and_after(amendment: Amendment) -> tuple[Content, Content]:
    """What the convention says, without an amendment and with it."""
    before = content_of(amendment.supporting)
    return before, _with(before, amendment)


def _with(content: Content, amendment: Amendment) -> Content:
    if amendment.amends_skills:
        lent = amendment.skills.select_related("partner")
        content = replace(content, skills=tuple(_lending(skill) for skill in lent))
    if amendment.jobs_created is not None:
        content = replace(content, jobs_created=amendment.jobs_created)
    if amendment.jobs_retained is not None:
        content = replace(content, jobs_retained=amendment.jobs_retained)
    if amendment.follow_up_lead is not None:
        lead = lead_named(amendment.follow_up_lead, amendment.follow_up_partner)
        content = replace(content, lead=lead)
    if amendment.new_ends_on is not None:
        content = replace(content, ends_on=amendment.new_ends_on)
    return content


def _lending(skill: AmendedSkills) -> Lending:
    return Lending(skill.partner_id, skill.partner.name, skill.topic, skill.days)


def signed_amendments(convention: CooperationConvention) -> list[Amendment]:
    """Those that have taken effect, in order."""
    signed = convention.amendments.filter(status=AgreementStatus.SIGNED)
    return list(
        signed.select_related("follow_up_lead", "follow_up_partner", "circuit").order_by("number")
    )


def under_way(convention: CooperationConvention | PartnershipConvention) -> Amendment | None:
    """The amendment that is not signed yet: the next one waits for it."""
    return convention.amendments.filter(status__in=UNDER_WAY).first()


def changes_support(amendment: Amendment) -> bool:
    """Whether it changes what the company receives or owes while it is supported."""
    terms = (
        amendment.jobs_created,
        amendment.jobs_retained,
        amendment.follow_up_lead_id,
        amendment.new_ends_on,
    )
    return amendment.amends_skills or any(one is not None for one in terms)
