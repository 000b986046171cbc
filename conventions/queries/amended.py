"""What a cooperation convention says today, what an amendment changes in it, and who signs that."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from alize.common.database import alphabetical
from conventions.documents.cooperation import effect_of, jobs_planned, lead_named, term
from conventions.enums import AgreementStatus, SignerCapacity
from conventions.models import (
    AmendedSkills,
    Amendment,
    AmendmentMandate,
    CooperationConvention,
    PartnershipConvention,
    Signer,
)
from conventions.queries import parties
from conventions.queries.parties import bodies
from conventions.rules import Capacity, Party
from conventions.rules.cooperation import Content, Lending
from conventions.rules.partnership import FIRST, LAST, Body, Mandate, Signatory
from funds.models import Advance, ScheduleVersion
from funds.queries import owed
from partners.models import Contact, Partner
from partners.queries import lenders
from projects.enums import JobNature, ProjectStatus

UNDER_WAY = (AgreementStatus.DRAFT, AgreementStatus.FROZEN, AgreementStatus.SIGNING)


# -- What it says -------------------------------------------------------------------------------
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


def support_runs(convention: CooperationConvention, *, on: date) -> bool:
    """Whether the company is still supported: what it receives and owes may change."""
    supported = convention.project.status == ProjectStatus.LABELLED
    return supported and on <= content_of(convention).ends_on


def changes_support(amendment: Amendment) -> bool:
    """Whether it changes what the company receives or owes while it is supported."""
    terms = (
        amendment.jobs_created,
        amendment.jobs_retained,
        amendment.follow_up_lead_id,
        amendment.new_ends_on,
    )
    return amendment.amends_skills or any(one is not None for one in terms)


def advance_of(convention: CooperationConvention) -> Advance | None:
    """The advance that its annex is about."""
    return Advance.objects.filter(decision=convention.decision_id).first()


def is_in_force(convention: CooperationConvention, *, on: date) -> bool:
    """Signed by all, and not at its term: that of the support, or of the advance (article 7)."""
    if convention.status != AgreementStatus.SIGNED:
        return False
    advance = advance_of(convention)
    return support_runs(convention, on=on) or bool(advance and owed(advance))


def last_schedule(convention: CooperationConvention) -> ScheduleVersion | None:
    """The plan that the committee accepted last: it replaces those before it, signed or not."""
    return (
        ScheduleVersion.objects.filter(
            advance__decision=convention.decision_id, decision__isnull=False
        )
        .select_related("decision__item", "advance")
        .order_by("-no")
        .first()
    )


def schedule_to_sign(convention: CooperationConvention) -> ScheduleVersion | None:
    """The same while no amendment carries it."""
    last = last_schedule(convention)
    carried = Amendment.objects.exclude(status=AgreementStatus.CANCELLED).filter(schedule=last)
    return None if last is None or carried.exists() else last


def schedules_to_sign(*, on: date) -> list[tuple[CooperationConvention, ScheduleVersion]]:
    """All of them, of the conventions that are in force."""
    carried = Amendment.objects.exclude(status=AgreementStatus.CANCELLED)
    last = (
        ScheduleVersion.objects.filter(decision__isnull=False)
        .annotate(is_carried=Exists(carried.filter(schedule=OuterRef("pk"))))
        .select_related("decision", "advance")
        .order_by("advance_id", "-no")
        .distinct("advance_id")
    )
    waiting = {one.advance.decision_id: one for one in last if not one.is_carried}
    conventions = CooperationConvention.objects.filter(
        status=AgreementStatus.SIGNED, decision__in=waiting
    ).select_related("project__beneficiary", "decision__ballot__proposal")
    return [
        (convention, waiting[convention.decision_id])
        for convention in conventions.order_by("pk")
        if is_in_force(convention, on=on)
    ]


# -- Who signs ----------------------------------------------------------------------------------
def signing(amendment: Amendment, *, on: date) -> tuple[Signatory, ...]:
    """The parties of the convention that are still there, plus those that join it (R62, R63).

    The presidency signs last, as it signs the convention (signature.md 6.2).
    """
    convention = amendment.supporting
    project, typed = convention.project, list(convention.signers.all())
    given = list(amendment.mandates.all())
    lending = bodies(_lenders(amendment).active_on(on), on=on)
    known = {body.partner_id for body in lending}
    president = next(iter(parties.presidents_on(on)), parties.no_president())
    listed = [
        (Capacity.OWNER, [_body(parties.owner(project))]),
        (Capacity.COMPANY, lending),
        (Capacity.FOLLOW_UP_LEAD, _leads(amendment, known, on=on)),
        (Capacity.PRESIDENT, [_body(president)]),
        (Capacity.OPERATOR, _operators(convention, on=on)),
    ]
    return tuple(
        Signatory(
            _as_given(_as_typed(body, capacity, typed), capacity, given),
            (capacity,),
            LAST if capacity == Capacity.PRESIDENT else FIRST,
            signs_operator_convention=False,
        )
        for capacity, found in listed
        for body in found
    )


def _lenders(amendment: Amendment):
    """The companies that have signed, and those that lend days from now on."""
    convention = amendment.supporting
    original = convention.signers.filter(capacity=SignerCapacity.COMPANY).values("partner")
    since = AmendedSkills.objects.filter(amendment__in=signed_amendments(convention))
    return Partner.objects.filter(
        pk__in={
            *original.values_list("partner", flat=True),
            *since.values_list("partner", flat=True),
            *amendment.skills.values_list("partner", flat=True),
        }
    ).order_by(alphabetical("name"))


def incoming_of(amendment: Amendment) -> set[int]:
    """The partners that an amendment brings in: they have signed nothing of the convention yet."""
    convention = amendment.supporting
    before = {
        *convention.signers.exclude(partner=None).values_list("partner", flat=True),
        *convention.amendments.filter(status=AgreementStatus.SIGNED).values_list(
            "incoming", flat=True
        ),
    }
    found = set(amendment.skills.values_list("partner", flat=True))
    if amendment.follow_up_partner_id is not None:
        found.add(amendment.follow_up_partner_id)
    return found - before


def _leads(amendment: Amendment, lending: set[int | None], *, on: date) -> list[Body]:
    """Who follows the company, and who will, unless their partner signs already."""
    project = amendment.supporting.project
    named = [
        (project.follow_up_partner, project.follow_up_lead),
        (amendment.follow_up_partner, amendment.follow_up_lead),
    ]
    found: dict[int | None, Body] = {}
    for partner, lead in named:
        body = parties.lead_of(partner, lead, on=on)
        if body and body.partner_id not in lending:
            found[body.partner_id] = body
    return list(found.values())


def _operators(convention: CooperationConvention, *, on: date) -> list[Body]:
    """They sign the annex of the advance, when there is one (R63)."""
    return list(parties.operators(on=on)) if convention.decision.amount else []


def _body(party: Party) -> Body:
    """A party whose right to sign is not kept with a partner: its mandate has no kind."""
    return Body(
        party.organisation,
        "",
        party.partner_id,
        person=party.name,
        function=party.function,
        email=party.email,
        mandate=_mandate(party),
    )


def _mandate(one: Party | Signer | AmendmentMandate) -> Mandate | None:
    """What is kept with no partner has no kind."""
    if not one.mandate:
        return None
    return Mandate("", one.mandate, one.mandate_since, one.mandate_until, one.mandate_sha256)


def _as_typed(body: Body, capacity: Capacity, typed: Iterable[Signer]) -> Body:
    """What the convention keeps of the same person, their mandate included, where nothing else is.

    Of whom a partner names, the mandate is the one that it keeps, or none.
    """
    is_kept = body.partner_id is not None and bool(body.person)
    for signer in typed:
        same = (signer.capacity, signer.organisation) == (capacity, body.name)
        if same and body.person in {"", signer.name}:
            return replace(
                body,
                person=signer.name,
                function=body.function or signer.function,
                email=body.email or signer.email,
                mandate=body.mandate or (None if is_kept else _mandate(signer)),
            )
    return body


def _as_given(body: Body, capacity: Capacity, given: Iterable[AmendmentMandate]) -> Body:
    """Who signs for no partner does so under the mandate that the amendment keeps, if it does."""
    for one in given:
        same = (one.capacity, one.organisation, one.name) == (capacity, body.name, body.person)
        if same and body.partner_id is None:
            return replace(body, mandate=_mandate(one))
    return body


def alone(amendment: Amendment, *, on: date) -> dict[int, Signatory]:
    """By rank, who signs for no partner nor for the committee: their mandate is kept with it."""
    if amendment.cooperation is None:
        return {}
    return {rank: one for rank, one in enumerate(signing(amendment, on=on)) if is_alone(one)}


def is_alone(one: Signatory) -> bool:
    """Whether somebody signs for no partner, and not as who presides."""
    return bool(one.body.person) and one.body.partner_id is None and not presides(one)


def presides(one: Signatory) -> bool:
    """Whether somebody signs as who presides over the committee."""
    return Capacity.PRESIDENT in one.capacities
