"""What the committee adds to the page of a project: its tab, the next step, a date."""

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Action
from basins.homes import Visitor
from basins.sections import Content
from committees.enums import MeetingStatus
from committees.models import AgendaItem, Decision
from committees.queries import seats
from committees.queries.agenda import outcome_badge
from projects.enums import ProjectStatus
from projects.models import Project
from projects.panels import Moment, NextStep, moment, next_step, panel
from projects.queries.visibility import reads_whole


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
    day = seats.day_of(item.meeting)
    action = None
    if reads_whole(visitor):
        url = basin_reverse("item_detail", item_id=item.pk)
        action = Action("Voir la proposition", url)
    return NextStep(
        now=f"Le comité d'agrément l'examine le {long_date(day)}.",
        due=f"{item.meeting.noun} {item.meeting.number}",
        action=action,
    )


def _coming(project: Project) -> AgendaItem | None:
    items = project.agenda_items.select_related("meeting").exclude(
        meeting__status__in=[MeetingStatus.HELD, MeetingStatus.CANCELLED]
    )
    return items.order_by("meeting__held_at").first()


@moment("committee")
def examined(project: Project) -> Moment | None:
    """The day of the decision, before it that of the meeting."""
    decided = Decision.objects.filter(project=project, item__matter="")
    decision = decided.order_by("-decided_on", "-pk").first()
    if decision is not None:
        return Moment(decision.decided_on, decision.get_outcome_display())
    item = _coming(project)
    return None if item is None else Moment(timezone.localdate(item.meeting.held_at))
