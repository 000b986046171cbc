"""The referrer's side: who may be asked, what is expected of whom, who may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from basins import tenancy
from basins.enums import Role
from basins.homes import Visitor
from basins.models import Membership
from partners.models import Contact, Partner, SkillOffer
from projects import rules
from projects.models import PreliminaryDiagnosis, Project
from projects.queries.company import partners_of_same_group


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be the referrer: their load, what their partner knows, a conflict."""

    contact: Contact
    under_way: int
    past: int
    conflict: bool
    domains: Sequence[str]
    """Of the skills that their partner offers (O2)."""

    @property
    def label(self) -> str:
        """« Sophie Morel, Banque des Alpes (2 diagnostics en cours, 5 rendus), Numérique »."""
        load = "aucun diagnostic en cours"
        if self.under_way:
            load = f"{self.under_way} diagnostic{'s' if self.under_way > 1 else ''} en cours"
        past = f", {self.past} rendu{'s' if self.past > 1 else ''}" if self.past else ""
        conflict = " – même groupe que l'entreprise" if self.conflict else ""
        known = "".join(f", {domain}" for domain in self.domains)
        return f"{self.contact.person}, {self.contact.partner} ({load}{past}){known}{conflict}"


def member_contacts(*, on: date) -> QuerySet[Contact]:
    """The committee's members known at a partner: who may diagnose, or follow up (R33, R35)."""
    members = Membership.objects.held_on(on).filter(
        basin=tenancy.current(), role__in=[Role.MEMBER, Role.PRESIDENT]
    )
    return Contact.objects.filter(
        is_active=True,
        person__in=members.values("person_id"),
        partner__in=Partner.objects.active_on(on),
    ).select_related("person", "partner__group")


def candidates_for(project: Project, *, on: date) -> list[Candidate]:
    """Who could be the referrer, the least loaded first."""
    loads = {
        row["referrer_id"]: row
        for row in PreliminaryDiagnosis.objects.standing()
        .values("referrer_id")
        .annotate(
            under_way=Count("pk", filter=Q(submitted_at=None)),
            past=Count("pk", filter=Q(submitted_at__isnull=False)),
        )
    }
    standing = SkillOffer.objects.filter(withdrawn_on=None)
    offers = Prefetch("partner__skill_offers", queryset=standing)
    nothing = {"under_way": 0, "past": 0}
    conflicts = partners_of_same_group(project)
    found = [
        Candidate(
            contact,
            loads.get(contact.person_id, nothing)["under_way"],
            loads.get(contact.person_id, nothing)["past"],
            contact.partner_id in conflicts,
            list(
                dict.fromkeys(
                    one.get_domain_display() for one in contact.partner.skill_offers.all()
                )
            ),
        )
        for contact in member_contacts(on=on).prefetch_related(offers)
    ]
    return sorted(
        found, key=lambda one: (one.conflict, one.under_way, one.contact.person.last_name)
    )


def diagnosis_of(project: Project) -> PreliminaryDiagnosis | None:
    """The last diagnosis of a project that was not given to somebody else."""
    return (
        project.diagnoses.standing()
        .select_related("referrer", "partner", "project__beneficiary")
        .first()
    )


def may_read_diagnosis(visitor: Visitor, diagnosis: PreliminaryDiagnosis) -> bool:
    """Its author always, the operator once handed over, the committee once validated (T7)."""
    if diagnosis.referrer_id == visitor.person.pk:
        return True
    if visitor.roles & {Role.OPERATOR}:
        return diagnosis.submitted_at is not None
    return diagnosis.validated_at is not None


@dataclass(frozen=True)
class Tracking:
    """Where a diagnosis stands, in words."""

    state: str
    since: date
    reminded_on: date | None = None
    next_reminder: date | None = None
    to_call: bool = False


def tracking_of(diagnosis: PreliminaryDiagnosis, *, on: date) -> Tracking:
    """Demandé, ouvert, commencé, rendu, validé; the reminders, when to phone (journeys.md O2).

    All counts from the day it was last asked for: a complement is a request of its own.
    """
    if diagnosis.validated_at:
        return Tracking("validé", timezone.localdate(diagnosis.validated_at))
    if diagnosis.submitted_at:
        return Tracking("rendu", timezone.localdate(diagnosis.submitted_at))
    asked = diagnosis.expected_since
    steps = (
        ("commencé", diagnosis.started_at),
        ("ouvert", diagnosis.opened_at),
        ("à compléter" if diagnosis.complement else "demandé", asked),
    )
    state, since = next((name, noted) for name, noted in steps if noted and noted >= asked)
    days = [timezone.localdate(asked) + timedelta(days=days) for days in rules.REMINDER_DAYS]
    coming = next((day for day in days if day > on), None)
    reminded = diagnosis.reminded_at
    return Tracking(
        state,
        timezone.localdate(since),
        timezone.localdate(reminded) if reminded and reminded >= asked else None,
        coming,
        coming is None,
    )
