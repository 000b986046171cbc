"""Who answers for a file at the operator's, and who takes it over (O1)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from projects import permissions
from projects.models import Project
from projects.operations.base import locked
from projects.queries.visibility import keeper


@transaction.atomic
def take_over(*, project_id: int, by: Person, at: datetime) -> Project:
    """Suivre le dossier à la place de… : whoever kept it withdrew, or is an operator no longer.

    :raises ActionDenied: an operator keeps it, or it has ended without any support.
    """
    project = locked(project_id)
    permissions.take_over(project, keeper=keeper(project, on=timezone.localdate(at)))
    former, project.operator_id = project.operator_id, by.pk
    project.save(update_fields=["operator"])
    audit.record("project.taken_over", target=project, by=by, at=at, former=former)
    return project
