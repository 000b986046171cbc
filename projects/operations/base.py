"""What every use case of a project shares: the lock, the change of status, the figures."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from alize.outbox.operations import enqueue
from projects.enums import ENDED, PROJECT_TRANSITIONS, ProjectStatus
from projects.models import Project
from projects.queries.company import company_facts


def locked(project_id: int) -> Project:
    """The project, held until the end of the transaction."""
    return Project.objects.select_for_update(of=("self",)).get(pk=project_id)


def held(project_ids: Iterable[int]) -> dict[int, Project]:
    """Several projects, held in the order of their ids: an act takes them before it records."""
    wanted = Project.objects.filter(pk__in=list(project_ids)).order_by("pk")
    return {project.pk: project for project in wanted.select_for_update()}


def move(
    project: Project, target: ProjectStatus, *, at: datetime, on: date | None = None, **fields: Any
) -> None:
    """Change the status, with the fields that go with it, when the table allows it.

    :raises ActionDenied: the project is not in a state that leads there.
    """
    PROJECT_TRANSITIONS.guard(project.status, target)
    changes = {
        "status": target,
        "status_since": on or timezone.localdate(at),
        "company": (project.company or company_facts(project.beneficiary))
        if target in ENDED
        else {},
        **fields,
    }
    for name, value in changes.items():
        setattr(project, name, value)
    project.save(update_fields=list(changes))


def figures_changed(what: str, project: Project, *, at: datetime) -> None:
    """Ask for the figures of the basin to be computed again."""
    enqueue("figures.changed", key=f"{what}:{project.pk}:{at.isoformat()}")
