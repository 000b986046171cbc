"""What the committee, the convention and the operator make of a project, status by status."""

from datetime import date, datetime, time, timedelta
from typing import Any, cast

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import add_months, long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins.enums import Role
from basins.queries import reachable
from basins.telling import tell_staff
from projects import permissions
from projects.enums import SUPPORT_MONTHS, SUPPORTED, ProjectStatus
from projects.models import Project
from projects.operations.base import figures_changed, locked, move
from projects.operations.diagnoses import relieve_referrer
from projects.operations.follow_up import ask_instead, plan_reviews
from projects.operations.opinions import plan_opinions
from projects.queries.diagnoses import member_contacts
from projects.queries.visibility import not_withdrawn

SUPPORT_ENDS_AT = time(8)
WATCHERS = (Role.OPERATOR, Role.FINANCE, Role.PREFECTURE)


@transaction.atomic
def schedule(*, project_id: int, by: Person, at: datetime) -> Project:
    """Inscrire : the project stands on the agenda of a meeting.

    :raises ActionDenied: it is not ready for the committee.
    """
    project = locked(project_id)
    move(project, ProjectStatus.SCHEDULED, at=at)
    audit.record("project.scheduled", target=project, by=by, at=at)
    return project


@transaction.atomic
def unschedule(*, project_id: int, by: Person, at: datetime) -> Project:
    """Take the project back from the agenda."""
    project = locked(project_id)
    move(project, ProjectStatus.READY, at=at)
    audit.record("project.unscheduled", target=project, by=by, at=at)
    return project


@transaction.atomic
def apply_decision(
    *,
    project_id: int,
    outcome: str,
    on: date,
    by: Person,
    at: datetime,
    follow_up_partner_id: int | None = None,
    follow_up_lead_id: int | None = None,
    reason: str = "",
) -> Project:
    """Apply what the committee proclaimed; an outcome bears the name of the status it leads to.

    :raises ActionDenied: the project is not before the committee.
    """
    project = locked(project_id)
    lead = {"follow_up_partner_id": follow_up_partner_id, "follow_up_lead_id": follow_up_lead_id}
    named = {name: value for name, value in lead.items() if value is not None}
    ended = {"end_reason": reason} if outcome == ProjectStatus.WITHDRAWN else {}
    move(project, ProjectStatus(outcome), at=at, on=on, **named, **ended)
    audit.record("project.decided", target=project, by=by, at=at, outcome=str(outcome))
    figures_changed("decision", project, at=at)
    if ended:
        _let_advances_go(project, at=at)
        _let_convention_go(project, by=by, at=at)
    return project


@transaction.atomic
def back_to_committee(*, project_id: int, because: str, by: Person | None, at: datetime) -> Project:
    """Its decision is to be taken anew, or its approval has lapsed: ready for another meeting.

    :raises ActionDenied: its convention is signed, or nothing was decided.
    """
    project = locked(project_id)
    move(project, ProjectStatus.READY, at=at, end_reason="")
    audit.record("project.reopened", target=project, by=by, at=at, because=because)
    figures_changed("reopen", project, at=at)
    _let_advances_go(project, at=at)
    return project


def _let_advances_go(project: Project, *, at: datetime) -> None:
    """The fund no longer keeps the money of an approval that will have no convention."""
    enqueue(
        "funds.cancel_grants",
        key=f"{project.pk}:{at.isoformat()}",
        project_id=project.pk,
        on=timezone.localdate(at).isoformat(),
    )


def _let_convention_go(project: Project, *, by: Person, at: datetime) -> None:
    """Nobody signs any more for a company that gives up."""
    enqueue(
        "conventions.withdrawn",
        key=f"{project.pk}:{at.isoformat()}",
        project_id=project.pk,
        by_id=by.pk,
    )


def check_lead(person_id: int, *, on: date) -> None:
    """Refuse a follow-up lead who is not of the committee on a day: nobody else reads the file.

    :raises InvalidInput: they sit nowhere, or the partner where they are known has left (R35).
    """
    if not member_contacts(on=on).filter(person=person_id).exists():
        raise InvalidInput(
            "Le mandataire est un membre du comité d'agrément, connu chez un partenaire : "
            "choisissez-le dans la liste.",
            field="lead",
        )


@transaction.atomic
def assign_lead(
    *, project_id: int, lead_id: int, partner_id: int, by: Person, at: datetime
) -> Project:
    """Name who follows the company, when the committee's decision named somebody else by error."""
    project = locked(project_id)
    project.follow_up_lead_id, project.follow_up_partner_id = lead_id, partner_id
    project.save(update_fields=["follow_up_lead", "follow_up_partner"])
    audit.record("project.lead_assigned", target=project, by=by, at=at, lead=lead_id)
    return project


@transaction.atomic
def hand_over(*, project_id: int, lead_id: int, partner_id: int, by: Person, at: datetime) -> None:
    """Give the follow-up to another lead, as an amendment of the convention says; they are told.

    What the former lead answered stays theirs; what they had not is asked of the new one, like all
    that follows. Nobody follows a company whose support was interrupted or closed meanwhile.
    """
    project = locked(project_id)
    if project.status not in SUPPORTED:
        return
    former = project.follow_up_lead
    project = assign_lead(
        project_id=project_id, lead_id=lead_id, partner_id=partner_id, by=by, at=at
    )
    lead = cast(Person, project.follow_up_lead)
    path = basin_reverse("project_detail", reference=project.reference)
    key, company = f"{project.reference}:{at.isoformat()}", project.beneficiary.name
    send_mail("M74", to=Recipient.of(lead), path=path, key=key, company=company)
    if former is not None and former != lead:
        # The file may be closed to whoever does not follow it any more.
        words: dict[str, Any] = {"company": company, "lead": lead.full_name}
        home = basin_reverse("basin_home")
        send_mail("M75", to=Recipient.of(former), path=home, key=key, **words)
    ask_instead(project, by=by, at=at)
    figures_changed("lead", project, at=at)


@transaction.atomic
def prolong_support(*, project_id: int, until: date, by: Person, at: datetime) -> Project:
    """Put off the end of the support, as an amendment of the convention says (R60).

    All may have signed after the former end: a balance that was due waits for the new one. What
    was interrupted or closed meanwhile stays so.
    """
    project = locked(project_id)
    if project.status not in SUPPORTED:
        return project
    if project.status == ProjectStatus.REVIEW_DUE and timezone.localdate(at) <= until:
        move(project, ProjectStatus.LABELLED, at=at)
    project.support_until = until
    project.save(update_fields=["support_until"])
    ends_on = datetime.combine(until + timedelta(days=1), SUPPORT_ENDS_AT)
    enqueue(
        "projects.end_support",
        key=f"{project.pk}:{until.isoformat()}",
        due_at=timezone.make_aware(ends_on),
        project_id=project.pk,
    )
    audit.record("project.prolonged", target=project, by=by, at=at, until=until.isoformat())
    figures_changed("prolong", project, at=at)
    return project


@transaction.atomic
def lift_conditions(*, project_id: int, on: date, by: Person, at: datetime) -> Project:
    """Every suspensive condition is met: the approval is full."""
    project = locked(project_id)
    move(project, ProjectStatus.APPROVED, at=at, on=on)
    audit.record("project.conditions_lifted", target=project, by=by, at=at)
    figures_changed("conditions", project, at=at)
    return project


@transaction.atomic
def label(*, project_id: int, on: date, by: Person, at: datetime) -> Project:
    """Labelliser : the convention is signed, the follow-up starts (R35, R60).

    :raises ActionDenied: the project is not approved, or has no follow-up lead.
    """
    project = locked(project_id)
    permissions.label(project)
    move(project, ProjectStatus.LABELLED, at=at, on=on, labelled_on=on)
    plan_reviews(project, at=at)
    plan_opinions(project, at=at)
    ends_on = datetime.combine(add_months(on, SUPPORT_MONTHS), SUPPORT_ENDS_AT)
    enqueue(
        "projects.end_support",
        key=str(project.pk),
        due_at=timezone.make_aware(ends_on),
        project_id=project.pk,
    )
    _tell_label(project, on=on)
    audit.record("project.labelled", target=project, by=by, at=at, on=on.isoformat())
    figures_changed("label", project, at=at)
    return project


def _tell_label(project: Project, *, on: date) -> None:
    """Tell those who act from now on, and those who watch; the signers have their own mail (M14).

    A lead whom the decision named has M15 since then: it leaves once.
    """
    path = basin_reverse("project_detail", reference=project.reference)
    key, company = project.reference, project.beneficiary.name
    lead = cast(Person, project.follow_up_lead)
    send_mail("M15", to=Recipient.of(lead), path=path, key=key, company=company)
    tell_watchers("M57", project, on=on, lead=lead.full_name)


def watchers(project: Project, *, on: date) -> list[Person]:
    """Who of the basin is told how a support begins and ends: its lead, then who watches.

    Who follows the company up reads it whatever their seat answered (security.md 2.2, MA).
    """
    lead = cast(Person, project.follow_up_lead)
    watching = not_withdrawn(reachable(*WATCHERS, on=on), project.pk, on=on)
    return [lead, *(person for person in watching if person != lead)]


def tell_watchers(
    code: str, project: Project, *, on: date, besides: Person | None = None, **words: Any
) -> None:
    """Send a mail about a support to those who watch it, and to ASTREES."""
    path, key = basin_reverse("project_detail", reference=project.reference), project.reference
    said = {"company": project.beneficiary.name, "date": long_date(on), **words}
    for person in watchers(project, on=on):
        if besides is None or person.pk != besides.pk:
            send_mail(code, to=Recipient.of(person), path=path, key=key, **said)
    tell_staff(code, path=path, key=key, **said)


@transaction.atomic
def end_support(*, project_id: int, at: datetime) -> bool:
    """The months of support are over: its balance is to produce; returns whether it was now.

    Nothing happens to a project interrupted or closed meanwhile, nor before a term put off.
    """
    project = locked(project_id)
    put_off = project.support_until and timezone.localdate(at) <= project.support_until
    if project.status != ProjectStatus.LABELLED or put_off:
        return False
    move(project, ProjectStatus.REVIEW_DUE, at=at)
    audit.record("project.review_due", target=project, at=at)
    figures_changed("support", project, at=at)
    return True


@transaction.atomic
def drop(*, project_id: int, reason: str, by: Person, at: datetime) -> Project:
    """Classer sans suite : the contact does not become a project."""
    project = locked(project_id)
    permissions.drop(project)
    move(project, ProjectStatus.DROPPED, at=at, end_reason=reason)
    audit.record("project.dropped", target=project, by=by, at=at)
    figures_changed("drop", project, at=at)
    return project


@transaction.atomic
def withdraw(*, project_id: int, reason: str, by: Person, at: datetime) -> Project:
    """Enregistrer un retrait : the company gives its project up; a diagnosis under way stops."""
    project = locked(project_id)
    permissions.withdraw(project)
    move(project, ProjectStatus.WITHDRAWN, at=at, end_reason=reason)
    relieve_referrer(project, by=by, at=at)
    audit.record("project.withdrawn", target=project, by=by, at=at)
    figures_changed("withdraw", project, at=at)
    _let_advances_go(project, at=at)
    _let_convention_go(project, by=by, at=at)
    return project


@transaction.atomic
def resume(*, project_id: int, by: Person, at: datetime) -> Project:
    """Reprendre : what was missing has come, or the company is back; ready or in drafting again."""
    project = locked(project_id)
    dropped = project.status == ProjectStatus.DROPPED
    target = ProjectStatus.DRAFTING if dropped else ProjectStatus.READY
    permissions.resume(project)
    move(project, target, at=at, end_reason="")
    audit.record("project.resumed", target=project, by=by, at=at)
    figures_changed("resume", project, at=at)
    return project
