"""The clauses that a basin adds to the national texts (A7)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.documents.printable import printable
from alize.drafting.queries import current_version, text_of
from alize.outbox.operations import enqueue
from conventions.models import LocalClause


@transaction.atomic
def save_clause(*, kind: str, zone: str, words: str, by: Person, at: datetime) -> None:
    """Write the clause of a zone for the next agreements; no words, no clause.

    :raises InvalidInput: the text in force has no such zone, or a character does not print.
    """
    words = printable("\n".join(words.split("\r\n")), field="words").strip()
    text = text_of(current_version(kind, timezone.localdate(at)))
    if words and zone not in {one.key for one in text.zones}:
        raise InvalidInput(
            "Le texte en vigueur ne prévoit plus de clause à cet endroit : copiez-la ailleurs, "
            "puis effacez celle-ci.",
            field="words",
        )
    if words:
        LocalClause.objects.update_or_create(
            kind=kind, zone=zone, defaults={"words": words, "saved_at": at, "saved_by": by}
        )
    else:
        LocalClause.objects.filter(kind=kind, zone=zone).delete()
    enqueue("figures.changed", key=f"clause:{kind}:{zone}:{at.isoformat()}")
    audit.record("convention.clause_saved", by=by, at=at, kind=kind, zone=zone, empty=not words)
