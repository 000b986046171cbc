"""What a member writes for themselves on a file before its meeting (C2)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from committees import permissions
from committees.models import ProjectNote
from committees.operations.base import locked_item
from projects.queries.visibility import not_withdrawn


@transaction.atomic
def save_note(*, item_id: int, text: str, by: Person, at: datetime) -> None:
    """Keep the notes of a person on a file; an empty text removes them.

    The journal says that there are some, or none left: never a word of them.

    :raises ActionDenied: the person has withdrawn from the file.
    :raises InvalidInput: the text is too long.
    """
    item = locked_item(item_id)
    reads = not_withdrawn([by], item.project_id, on=timezone.localdate(at))
    permissions.keep_notes(has_withdrawn=not reads)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > ProjectNote.MAX_LENGTH:
        raise InvalidInput(
            "Vos notes dépassent 5 000 caractères : raccourcissez-les pour les enregistrer.",
            field="text",
        )
    note = ProjectNote.objects.filter(project=item.project_id, person=by.pk).first()
    before = note.text if note else ""
    if text == before:
        return
    ProjectNote.objects.update_or_create(
        project_id=item.project_id, person_id=by.pk, defaults={"text": text, "changed_at": at}
    )
    if not before or not text:
        kind = "note.written" if text else "note.removed"
        audit.record(kind, target=item, by=by, at=at)
