"""The papers of a candidacy and the space of its basin, made aside."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.documents import storage
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from alize.outbox.handlers import OWNER, handler
from alize.outbox.operations import enqueue
from alize.seals.operations import keep_sealed
from alize.seals.sealing import seal
from network.candidacies import documents, queries, spaces
from network.candidacies.models import NationalDecision
from network.candidacies.operations import SPACE


@handler(SPACE, national=True, queue=OWNER)
def open_space(*, at: datetime, schema: str, candidacy_id: int) -> None:
    """Make the space of an accepted basin, and bring there what its candidacy says."""
    spaces.open_space(candidacy_id=candidacy_id, at=at)


@handler("candidacies.issue_file", national=True, queue="pdf")
def issue_file(*, at: datetime, schema: str, candidacy_id: int, by_id: int) -> None:
    """Lay out the file that the national committee reads."""
    candidacy = queries.candidacies().get(pk=candidacy_id)
    issue_document(
        kind="dossier-candidature",
        reference=documents.reference_of(candidacy),
        title=documents.FILE_TITLE,
        template=documents.FILE_TEMPLATE,
        context=documents.file_context(candidacy),
        as_of=timezone.localdate(candidacy.submitted_at),
        target=candidacy,
        by=Person.objects.get(pk=by_id),
        at=at,
    )


@handler("candidacies.issue_decision", national=True, queue="pdf")
def issue_decision(*, at: datetime, schema: str, decision_id: int) -> None:
    """Lay out what the national committee said, then have it sealed (signature.md 6.2)."""
    decision = NationalDecision.objects.select_related(
        "candidacy__basin", "minutes", "recorded_by"
    ).get(pk=decision_id)
    document = issue_document(
        kind="decision-comite-national",
        reference=documents.decision_reference_of(decision),
        title=documents.DECISION_TITLE,
        template=documents.DECISION_TEMPLATE,
        context=documents.decision_context(decision),
        as_of=decision.decided_on,
        target=decision,
        by=decision.recorded_by,
        at=at,
    )
    enqueue("candidacies.seal_decision", key=str(document.pk), document_id=document.pk)


@handler("candidacies.seal_decision", national=True, queue="pdf")
def seal_decision(*, at: datetime, schema: str, document_id: int) -> None:
    """Seal what the national committee said; apart, so that a seal that fails keeps the document.

    Nobody signs it in the application: its seal alone says that it comes from here.
    """
    document = GeneratedDocument.objects.select_related("created_by").get(pk=document_id)
    with storage.opened(document.key) as stored:
        original = stored.read()
    content = seal(
        original=original,
        sheet=b"",
        attachments=[],
        reason=f"{document.title}, {document.reference}",
        location="France",
        at=at,
    )
    keep_sealed(document=document, content=content, signatures=0, by=document.created_by, at=at)
