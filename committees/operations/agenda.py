"""The agenda of a meeting and the proposal worded on each file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, InvalidInput
from committees import permissions
from committees.enums import ConditionKind, DecisionOutcome, InstalmentStep
from committees.models import (
    AgendaItem,
    Meeting,
    Proposal,
    ProposedCondition,
    ProposedSkills,
)
from committees.operations.base import locked_item, locked_meeting
from committees.queries import leading, proposals
from committees.queries.ballots import last_ballot
from committees.queries.rules import committee_rules
from partners.models import Partner
from partners.queries import lenders
from projects import operations as project_operations


@dataclass(frozen=True)
class SkillsLine:
    """Days that a company would give, on a subject."""

    partner_id: int
    days: Decimal
    topic: str


@dataclass(frozen=True)
class ConditionLine:
    """What would have to be met, by whom, with what proof, before when."""

    kind: str
    text: str
    due_on: date
    owner: str = ""
    proof_expected: str = ""


@transaction.atomic
def put_on_agenda(
    *,
    meeting_id: int,
    project_id: int,
    minutes_planned: int = AgendaItem.USUAL_MINUTES,
    rank: int | None = None,
    by: Person,
    at: datetime,
) -> AgendaItem:
    """Put a file that is ready at the end of the agenda, or back at its rank.

    :raises ActionDenied: the file is not ready, the meeting has begun, or is a second convocation.
    """
    meeting = locked_meeting(meeting_id)
    permissions.add_item(meeting, items=meeting.items.count())
    project_operations.schedule(project_id=project_id, by=by, at=at)
    item = AgendaItem(project_id=project_id, minutes_planned=minutes_planned)
    add_last(meeting, item, by=by, at=at)
    if rank is not None and rank < item.rank:
        meeting.items.filter(rank__gte=rank).exclude(pk=item.pk).update(rank=F("rank") + 1)
        item.rank = rank
        item.save(update_fields=["rank"])
    return item


def carry_over(item: AgendaItem, meeting: Meeting, *, by: Person, at: datetime) -> AgendaItem:
    """Put what was left undecided at the end of another agenda, as it was asked and worded.

    :raises ActionDenied: its file is not ready.
    """
    if not item.matter:
        project_operations.schedule(project_id=item.project_id, by=by, at=at)
    again = AgendaItem(
        project_id=item.project_id,
        matter=item.matter,
        approval_id=item.approval_id,
        minutes_planned=item.minutes_planned,
    )
    add_last(meeting, again, by=by, at=at)
    _propose_again(item, again)
    return again


def add_last(meeting: Meeting, item: AgendaItem, *, by: Person, at: datetime) -> AgendaItem:
    """Put a passage at the end of the agenda of a held meeting, whoever may."""
    last = meeting.items.aggregate(last=Max("rank"))["last"]
    item.meeting, item.rank = meeting, (last or 0) + 1
    item.save()
    _changed(meeting)
    about = {"matter": item.matter} if item.matter else {}
    audit.record("agenda.added", target=meeting, by=by, at=at, project=item.project_id, **about)
    return item


@transaction.atomic
def remove_from_agenda(*, item_id: int, by: Person, at: datetime) -> None:
    """Take a file off the agenda: it is ready for another meeting.

    :raises ActionDenied: the meeting has begun, or members have already answered on it.
    """
    meeting = locked_meeting(AgendaItem.objects.get(pk=item_id).meeting_id)
    permissions.prepare(meeting)
    if meeting.is_written:
        raise ActionDenied(
            "Une consultation écrite porte toujours sur un dossier : modifiez-la, ou annulez-la."
        )
    take_off(meeting, item_id, by=by, at=at)


def take_off(meeting: Meeting, item_id: int, *, by: Person, at: datetime) -> None:
    """Take a file off a held meeting; what is asked about an advance leaves its project as it is.

    :raises ActionDenied: it is decided, or members have already answered on it.
    """
    item = locked_item(item_id)
    permissions.take_off(item)
    if not item.matter:
        project_operations.unschedule(project_id=item.project_id, by=by, at=at)
    audit.record("agenda.removed", target=meeting, by=by, at=at, project=item.project_id)
    item.proposals.all().delete()
    item.delete()
    for rank, left in enumerate(meeting.items.order_by("rank"), 1):
        AgendaItem.objects.filter(pk=left.pk).update(rank=rank)
    _changed(meeting)


@transaction.atomic
def move_item(*, item_id: int, steps: int, by: Person, at: datetime) -> AgendaItem:
    """Move a file up (-1) or down (1); at either end, nothing moves.

    :raises ActionDenied: the meeting has begun.
    """
    meeting = locked_meeting(AgendaItem.objects.get(pk=item_id).meeting_id)
    permissions.prepare(meeting)
    item = meeting.items.get(pk=item_id)
    neighbour = meeting.items.filter(rank=item.rank + steps).first()
    if neighbour is not None:
        neighbour.rank, item.rank = item.rank, neighbour.rank
        AgendaItem.objects.bulk_update([item, neighbour], ["rank"])
        _changed(meeting)
        audit.record("agenda.moved", target=meeting, by=by, at=at, item=item.pk, rank=item.rank)
    return item


@transaction.atomic
def order_agenda(*, meeting_id: int, item_ids: Sequence[int], by: Person, at: datetime) -> None:
    """Put the files of a meeting in this order.

    :raises ActionDenied: the meeting has begun, or its files are no longer these.
    """
    meeting = locked_meeting(meeting_id)
    permissions.prepare(meeting)
    items = {item.pk: item for item in meeting.items.all()}
    if sorted(items) != sorted(item_ids):
        raise ActionDenied("L'ordre du jour a changé entre-temps : reprenez depuis cette page.")
    moved = [item_id for rank, item_id in enumerate(item_ids, 1) if items[item_id].rank != rank]
    for rank, item_id in enumerate(item_ids, 1):
        items[item_id].rank = rank
    if moved:
        AgendaItem.objects.bulk_update(items.values(), ["rank"])
        _changed(meeting)
        audit.record("agenda.ordered", target=meeting, by=by, at=at, items=list(item_ids))


@transaction.atomic
def approve_agenda(*, meeting_id: int, by: Person, at: datetime) -> Meeting:
    """Approve the agenda as it stands; any change of it asks again (C8).

    :raises ActionDenied: the meeting has begun, its agenda is empty or approved already.
    """
    meeting = locked_meeting(meeting_id)
    permissions.approve_agenda(meeting, items=meeting.items.count())
    meeting.agenda_approved_at, meeting.agenda_approved_by_id = at, by.pk
    meeting.save(update_fields=["agenda_approved_at", "agenda_approved_by"])
    audit.record("agenda.approved", target=meeting, by=by, at=at)
    return meeting


def _changed(meeting: Meeting) -> None:
    """What was approved is no longer what stands."""
    meeting.agenda_approved_at = meeting.agenda_approved_by = None
    meeting.save(update_fields=["agenda_approved_at", "agenda_approved_by"])


@transaction.atomic
def set_minutes(*, item_id: int, minutes_planned: int, by: Person, at: datetime) -> AgendaItem:
    """Say how long a file should take.

    :raises ActionDenied: the meeting has begun.
    """
    item = locked_item(item_id)
    permissions.prepare(item.meeting)
    item.minutes_planned = minutes_planned
    item.save(update_fields=["minutes_planned"])
    audit.record("agenda.timed", target=item.meeting, by=by, at=at, item=item.pk)
    return item


@transaction.atomic
def save_proposal(
    *,
    item_id: int,
    amount: int = 0,
    lines: int = 0,
    step_months: int = InstalmentStep.MONTHLY,
    grace_months: int = 0,
    follow_up_partner_id: int | None = None,
    follow_up_lead_id: int | None = None,
    comment: str = "",
    skills: Sequence[SkillsLine] = (),
    conditions: Sequence[ConditionLine] = (),
    mark: str | None = None,
    by: Person,
    at: datetime,
) -> Proposal:
    """Word what will be put to the vote; after a ballot that settled nothing, a new proposal.

    `mark` says which writing the writer started from: what somebody else saved since is not lost.

    :raises ActionDenied: the caller neither keeps the meeting nor presides over the file, its
        ballot is open, or the committee has decided.
    :raises InvalidInput: nothing is proposed, or an amount comes without its instalments; about
        an advance already paid, the terms are said in words and nothing else is granted; the
        follow-up lead is not of the committee, or a company that would lend has left; or somebody
        else saved the proposal meanwhile.
    """
    item, today = locked_item(item_id), timezone.localdate(at)
    permissions.write_proposal(
        item, last=last_ballot(item), words=leading.words(by, item, on=today)
    )
    if mark is not None and mark != proposals.mark_of(item):
        raise InvalidInput(
            f"{proposals.last_written(item)} : comparez, puis gardez votre version ou la sienne."
        )
    if any(line.kind == ConditionKind.SUSPENSIVE for line in conditions):
        permissions.end_in(DecisionOutcome.APPROVED_CONDITIONS, rules=committee_rules(), item=item)
    proposal = item.proposals.filter(ballot=None).order_by("-pk").first() or Proposal(item=item)
    proposal.amount, proposal.lines = amount, lines
    proposal.step_months, proposal.grace_months = InstalmentStep(step_months), grace_months
    proposal.follow_up_partner_id = follow_up_partner_id
    proposal.follow_up_lead_id = follow_up_lead_id
    proposal.comment, proposal.revision = comment, proposal.revision + 1
    _check_worded(proposal, skills, conditions, on=today)
    proposal.save()
    proposal.skills.all().delete()
    proposal.conditions.all().delete()
    ProposedSkills.objects.bulk_create(
        ProposedSkills(proposal=proposal, **asdict(line)) for line in skills
    )
    ProposedCondition.objects.bulk_create(
        ProposedCondition(proposal=proposal, **asdict(line)) for line in conditions
    )
    audit.record("proposal.saved", target=proposal, by=by, at=at, amount=amount)
    return proposal


def _check_worded(
    proposal: Proposal,
    skills: Sequence[SkillsLine],
    conditions: Sequence[ConditionLine],
    *,
    on: date,
) -> None:
    """Something is proposed, and it holds together; about an advance already paid, in words."""
    matter, amount, lines = proposal.item.matter, proposal.amount, proposal.lines
    if matter and not proposal.comment.strip():
        raise InvalidInput("Dites ce qui est proposé au comité.", field="comment")
    if matter and (amount or lines or skills or proposal.follow_up_lead_id):
        raise InvalidInput("Une demande sur une avance n'accorde ni avance ni jours nouveaux.")
    if proposal.follow_up_lead_id:
        project_operations.check_lead(proposal.follow_up_lead_id, on=on)
    _check_lending([line.partner_id for line in skills], on=on)
    if any(line.due_on < on for line in conditions):
        raise InvalidInput("Une condition est à remplir à une date qui n'est pas passée.")
    if bool(amount) != bool(lines):
        raise InvalidInput("Une avance a un nombre d'échéances, et inversement.", field="lines")
    if not matter and not amount and not skills:
        raise InvalidInput("Proposez une avance, des jours de compétences, ou les deux.")


def _check_lending(partner_ids: Sequence[int], *, on: date) -> None:
    """Each company lends its days on one line, and is a partner."""
    if len(set(partner_ids)) < len(partner_ids):
        raise InvalidInput("Une entreprise figure deux fois dans les compétences proposées.")
    named, able = Partner.objects.filter(pk__in=partner_ids), lenders(on).values("pk")
    gone = named.exclude(pk__in=able).first()
    if gone is not None:
        raise InvalidInput(f"{gone} n'est plus partenaire : retirez ses jours de la proposition.")


def _propose_again(item: AgendaItem, again: AgendaItem) -> None:
    last = item.proposals.order_by("-pk").first()
    if last is None:
        return
    skills, conditions = list(last.skills.all()), list(last.conditions.all())
    proposal: Proposal = last
    proposal.pk, proposal.item = None, again
    proposal._state.adding = True
    proposal.save()
    for skill in skills:
        skill.pk, skill.proposal = None, proposal
    for condition in conditions:
        condition.pk, condition.proposal = None, proposal
    ProposedSkills.objects.bulk_create(skills)
    ProposedCondition.objects.bulk_create(conditions)
