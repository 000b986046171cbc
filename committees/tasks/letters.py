"""The letter of a decision, laid out after the commit, and the mails that hand it over."""

from datetime import datetime

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.documents.operations import issue_document
from alize.outbox.handlers import handler
from committees import documents
from committees.models import Decision
from committees.operations.letters import send_letter
from projects.operations.telling import tell


@handler("committees.issue_letter")
def issue_letter(*, at: datetime, decision_id: int) -> None:
    """Lay out the letter of a decision, then send the company its link, and tell the operator.

    A company without an address receives it by hand: the operator has it to do.
    """
    decision = Decision.objects.select_related(
        "project__beneficiary", "ballot__proposal", "notified_by"
    ).get(pk=decision_id)
    project = decision.project
    document = issue_document(
        kind="decision",
        reference=decision.reference,
        title=documents.letter_title(decision),
        template=documents.LETTER,
        context=documents.letter_context(decision, on=timezone.localdate(at)),
        as_of=decision.decided_on,
        target=decision,
        by=decision.notified_by,
        at=at,
    )
    key = f"{decision.pk}:{document.version}" if document.version > 1 else str(decision.pk)
    decision.letter_to_hand_over = not send_letter(decision, key=key, at=at)
    decision.save(update_fields=["letter_to_hand_over"])
    page = basin_reverse("decision_detail", reference=decision.reference)
    tell("M10", project, path=page, key=key, on=timezone.localdate(at))


@handler("committees.tell_of_reopening")
def tell_of_reopening(*, at: datetime, decision_id: int) -> None:
    """Tell the operator, and the company that was told the decision, of the new deliberation."""
    decision = Decision.objects.select_related("project__beneficiary").get(pk=decision_id)
    tell(
        "M50",
        decision.project,
        path=basin_reverse("decision_detail", reference=decision.reference),
        key=str(decision.pk),
        on=timezone.localdate(at),
        reference=decision.reference,
    )
    if decision.notified_at:
        send_letter(decision, code="M50", key=str(decision.pk), at=at)
