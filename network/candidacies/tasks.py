"""The papers of a candidacy and the space of its basin, made aside."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.documents.operations import issue_document
from alize.outbox.handlers import OWNER, handler
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
    """Lay out what the national committee said."""
    decision = NationalDecision.objects.select_related(
        "candidacy__basin", "minutes", "recorded_by"
    ).get(pk=decision_id)
    issue_document(
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
