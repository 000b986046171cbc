"""What the committee adds to the page of a project: its tab, the next step, a date."""

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, long_datetime
from alize.common.screen import Action
from alize.common.words import counted
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content
from committees.enums import BallotStatus, ConditionKind, MeetingStatus
from committees.models import AgendaItem, Condition, Decision, Meeting
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import answers, seats
from committees.queries.badges import outcome_badge
from committees.queries.ballots import last_ballot
from committees.queries.decisions import lifters, open_conditions
from committees.queries.meetings import seats_in_office
from projects.enums import ProjectStatus
from projects.models import Project
from projects.panels import Moment, NextStep, moment, next_step, panel
from projects.queries import due_badge
from projects.queries.visibility import holder_of, reads_whole

PAST = (MeetingStatus.HELD, MeetingStatus.CANCELLED)
"""Meetings that examine nothing any more."""


@panel("comite", "Comité", act="meeting.read")
def committee_panel(visitor: Visitor, project: Project) -> Content:
    """Each time the file came before the committee, and what was decided."""
    items = project.agenda_items.select_related("meeting").order_by("-meeting__held_at")
    decisions = {
        decision.item_id: decision for decision in project.decisions.select_related("ballot")
    }
    passages = [
        (item, decisions.get(item.pk), outcome_badge(decisions[item.pk]))
        if item.pk in decisions
        else (item, None, None)
        for item in items
    ]
    return Content(
        "committees/panel.html", {"passages": passages, "is_whole": reads_whole(visitor)}
    )


@next_step(ProjectStatus.SCHEDULED)
def scheduled(visitor: Visitor, project: Project) -> NextStep | None:
    """The meeting that will examine the file."""
    item = _coming(project)
    if item is None:
        return None
    action = None
    if reads_whole(visitor):
        url = basin_reverse("item_detail", item_id=item.pk)
        action = Action("Voir la proposition", url)
    return NextStep(
        now=f"{_examines(item, visitor)}{_answered(visitor, item.meeting)}",
        due=f"{item.meeting.noun} {item.meeting.number}",
        action=action,
    )


def _examines(item: AgendaItem, visitor: Visitor) -> str:
    """When the committee decides; a meeting whose day has gone by waits for another."""
    meeting = item.meeting
    if meeting.closes_at is not None:
        return _in_writing(item, meeting.closes_at, visitor)
    day = seats.day_of(meeting)
    if day < visitor.on and meeting.status in BEFORE_IT_OPENS:
        return f"La séance du {long_date(day)} ne s'est pas tenue : une autre date est à fixer."
    return f"Le comité d'agrément l'examine le {long_date(day)}."


def _in_writing(item: AgendaItem, closes_at: datetime, visitor: Visitor) -> str:
    """What a written consultation waits for: to be launched, its votes, then its result."""
    end, has_gone_by = long_datetime(closes_at), visitor.is_past(closes_at)
    if item.meeting.status == MeetingStatus.PLANNED and has_gone_by:
        return "La consultation écrite n'a pas été lancée : une autre date est à fixer."
    if item.meeting.status == MeetingStatus.PLANNED:
        return f"Une consultation écrite se prépare, close le {end}."
    last = last_ballot(item)
    if has_gone_by or (last is not None and last.status == BallotStatus.CLOSED):
        return "Le vote par écrit est clos : son résultat est attendu."
    return f"Le comité d'agrément vote par écrit jusqu'au {end}."


def _answered(visitor: Visitor, meeting: Meeting) -> str:
    """How many seats have answered the summons, for who sent it, until the day has gone by."""
    if meeting.status != MeetingStatus.CONVENED or meeting.is_written:
        return ""
    day = seats.day_of(meeting)
    if day < visitor.on or not allows(visitor.roles, "meeting.write"):
        return ""
    called = {seat.pk for seat in seats_in_office(day)}
    heard = len(called & answers.heard_seats(meeting))
    return f" Convocations envoyées : {counted(heard, 'réponse', 'réponses')} sur {len(called)}."


@next_step(ProjectStatus.EXTRA_DIAGNOSIS)
def extra_diagnosis(visitor: Visitor, project: Project) -> NextStep:
    """The advice that the committee waits for, by its day."""
    decision = _last_decision(project)
    is_told = allows(visitor.roles, "meeting.read")
    if decision is None or decision.expert_due_on is None or not is_told:
        return _awaited(visitor, project, "Un diagnostic complémentaire est demandé.")
    return replace(
        _awaited(visitor, project, "L'avis de l'expert est attendu."),
        holder=decision.expert,
        due=f"échéance le {long_date(decision.expert_due_on)}",
        due_badge=due_badge(decision.expert_due_on, on=visitor.on),
    )


@next_step(ProjectStatus.DEFERRED)
def deferred(visitor: Visitor, project: Project) -> NextStep:
    """The papers that the committee waits for, and the meeting it put the file off to."""
    decision = _last_decision(project)
    if decision is None or not allows(visitor.roles, "meeting.read"):
        return _awaited(visitor, project, "Le comité a reporté sa décision.")
    papers = sum(1 for line in decision.pieces_awaited.splitlines() if line.strip())
    said = f"Pièces attendues : {papers}." if papers else "Le comité a reporté sa décision."
    target = decision.target_meeting
    if target and target.status in PAST:
        target = None
    day = f", le {long_date(seats.day_of(target))}" if target else ""
    return replace(
        _awaited(visitor, project, said),
        due=f"réexamen à la {target.noun} {target.number}{day}" if target else "",
    )


def _awaited(visitor: Visitor, project: Project, said: str) -> NextStep:
    """What the file waits for; whoever runs it gives it back to the committee."""
    holder = holder_of(project, on=visitor.on)
    if not allows(visitor.roles, "project.write"):
        return NextStep(said, holder)
    return NextStep(
        f"{said} Quand le dossier est complété, rendez-le au comité.",
        holder,
        action=Action(
            "Prêt à repasser",
            basin_reverse("project_resume", reference=project.reference),
            post=True,
        ),
    )


@next_step(ProjectStatus.APPROVED_CONDITIONS)
def conditions(visitor: Visitor, project: Project) -> NextStep:
    """The conditions left to lift, the first of them by its day."""
    blocking = open_conditions().filter(decision__project=project, kind=ConditionKind.SUSPENSIVE)
    left = list(blocking.select_related("decision").order_by("due_on", "pk"))
    if not left or not allows(visitor.roles, "meeting.read"):
        said = "Le comité a agréé le projet sous conditions."
        return NextStep(said, holder_of(project, on=visitor.on))
    first = left[0]
    several = ", la première" if len(left) > 1 else ""
    due, badge = long_date(first.due_on), due_badge(first.due_on, on=visitor.on)
    said = f"{counted(len(left), 'condition', 'conditions')} à lever{several} avant le {due}."
    return NextStep(
        said,
        first.owner or holder_of(project, on=visitor.on),
        due=f"échéance le {due}" if badge else "",
        due_badge=badge,
        action=_lifting(visitor, first),
    )


def _lifting(visitor: Visitor, condition: Condition) -> Action | None:
    """For whom the rules name; who reads the whole file reads the decision."""
    lifts = allows(visitor.roles, "condition.lift")
    if lifts and visitor.person.pk in lifters(on=visitor.on):
        url = basin_reverse("condition_lift", condition_id=condition.pk)
        return Action("Lever la condition", url, "check2-square")
    if not reads_whole(visitor):
        return None
    url = basin_reverse("decision_detail", reference=condition.decision.reference)
    return Action("Voir la décision", url)


def _last_decision(project: Project) -> Decision | None:
    """What the committee decided last of the project itself, not of its advance."""
    decided = Decision.objects.filter(project=project, item__matter="")
    return decided.select_related("target_meeting").order_by("-decided_on", "-pk").first()


def _coming(project: Project) -> AgendaItem | None:
    items = project.agenda_items.select_related("meeting").exclude(meeting__status__in=PAST)
    return items.order_by("meeting__held_at").first()


@moment("committee")
def examined(project: Project) -> Moment | None:
    """The day of the decision, before it that of the meeting or of the close of the votes."""
    decision = _last_decision(project)
    if decision is not None:
        return Moment(decision.decided_on, decision.get_outcome_display())
    item = _coming(project)
    if item is None:
        return None
    ends_at = item.meeting.closes_at or item.meeting.held_at
    return Moment(timezone.localdate(ends_at), is_reached=False)
