"""The notes of a person on a file: asked for that person only (C2)."""

from alize.accounts.models import Person
from committees.models import AgendaItem, ProjectNote


def notes_of(person: Person, item: AgendaItem) -> str:
    """What a person wrote for themselves on a file; empty without notes."""
    note = ProjectNote.objects.filter(project=item.project_id, person=person.pk).first()
    return note.text if note else ""
