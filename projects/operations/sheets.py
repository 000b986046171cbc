"""Documents of a project, laid out by the worker while people go on."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.outbox.operations import enqueue
from projects.documents import LAY_OUT_SHEET, sheet_state
from projects.models import Project


@transaction.atomic
def ask_sheet(*, project_id: int, by: Person, at: datetime) -> None:
    """Demander la fiche projet : a PDF of the file as it stands when it is laid out.

    Asked again while it waits, it is made once.
    """
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    if not sheet_state(project).under_way:
        key = f"{project.pk}:{at.isoformat()}"
        enqueue(LAY_OUT_SHEET, key=key, project_id=project.pk, by_id=by.pk)
