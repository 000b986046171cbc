"""Documents of a project, laid out by the worker while people go on."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.outbox.operations import enqueue
from projects.documents import LAY_OUT_SHEET


@transaction.atomic
def ask_sheet(*, project_id: int, by: Person, at: datetime) -> None:
    """Demander la fiche projet : a PDF of the file as it stands when it is laid out."""
    enqueue(LAY_OUT_SHEET, key=f"{project_id}:{at.isoformat()}", project_id=project_id, by_id=by.pk)
