"""Historique : the journal of one project in French sentences."""

from dataclasses import dataclass
from datetime import datetime

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from basins.journal.events import act_of
from projects.enums import ProjectStatus, Section
from projects.models import Project


@dataclass(frozen=True)
class Line:
    """One event: what, by whom, when."""

    sentence: str
    who: str
    at: datetime


def history_of(project: Project) -> list[Line]:
    """The acts done to a project, the latest first."""
    events = list(
        AuditEvent.objects.filter(
            target_type=project._meta.label_lower,
            target_id=str(project.pk),
        ).order_by("-sequence")
    )
    people = Person.objects.in_bulk({event.by_id for event in events if event.by_id})
    return [
        Line(
            _sentence(event),
            people[event.by_id].full_name if event.by_id in people else "L'application",
            event.at,
        )
        for event in events
    ]


def _sentence(event: AuditEvent) -> str:
    """The words of the act, and which section or which decision it was."""
    act = act_of(event)
    if "section" in event.facts:
        return f"{act} : {Section(event.facts['section']).label}"
    if "outcome" in event.facts:
        return f"{act} : {ProjectStatus(event.facts['outcome']).label.lower()}"
    return act
