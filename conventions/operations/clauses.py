"""The clauses that a basin adds to the national texts (A7)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.database import hold, write_once
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.documents.printable import printable
from alize.drafting.queries import current_version, text_of
from alize.outbox.operations import enqueue
from conventions.models import LocalClause


@transaction.atomic
def save_clause(
    *, kind: str, zone: str, words: str, mark: str = "", by: Person, at: datetime
) -> None:
    """Write the clause of a zone for the next agreements; no words, no clause.

    `mark` is that of what the page showed.

    :raises InvalidInput: the text in force has no such zone, or a character does not print.
    :raises WrittenMeanwhile: somebody else wrote it since the page was opened.
    """
    hold("clauses")
    words = printable("\n".join(words.split("\r\n")), field="words").strip()
    text = text_of(current_version(kind, timezone.localdate(at)))
    if words and zone not in {one.key for one in text.zones}:
        raise InvalidInput(
            "Le texte en vigueur ne prévoit plus de clause à cet endroit : copiez-la ailleurs, "
            "puis effacez celle-ci.",
            field="words",
        )
    clause = LocalClause.objects.filter(kind=kind, zone=zone).first()
    stored = {"words": clause.words if clause else ""}
    check_mark(mark, stored=stored, sent={"words": words})
    if words:
        _, is_said = write_once(
            LocalClause.objects.all(),
            kind=kind,
            zone=zone,
            says={"words": words},
            signed={"saved_at": at, "saved_by": by},
        )
    else:
        is_said = LocalClause.objects.filter(kind=kind, zone=zone).delete()[0] > 0
    if not is_said:
        return
    enqueue("figures.changed", key=f"clause:{kind}:{zone}:{at.isoformat()}")
    audit.record("convention.clause_saved", by=by, at=at, kind=kind, zone=zone, empty=not words)
