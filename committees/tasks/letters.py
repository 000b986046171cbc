"""The letter of a decision, laid out after the commit, and the mails that hand it over."""

from datetime import datetime, timedelta

from django.urls import reverse

from alize.common.http import basin_reverse
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from basins import links, tenancy
from basins.enums import LinkPurpose
from committees import documents
from committees.models import Decision

LETTER_READABLE = timedelta(days=90)


@handler("committees.issue_letter")
def issue_letter(*, at: datetime, decision_id: int) -> None:
    """Lay out the letter of a decision, then send the company its link, and tell the operator."""
    decision = Decision.objects.select_related(
        "project__beneficiary", "project__operator", "ballot__proposal", "notified_by"
    ).get(pk=decision_id)
    project = decision.project
    document = issue_document(
        kind="decision",
        reference=decision.reference,
        title=documents.letter_title(decision),
        template=documents.LETTER,
        context=documents.letter_context(decision),
        as_of=decision.decided_on,
        target=decision,
        by=decision.notified_by,
        at=at,
    )
    key = f"{decision.pk}:{document.version}" if document.version > 1 else str(decision.pk)
    if project.owner_email:
        send_mail(
            "M10",
            to=Recipient(project.owner_email, project.owner_name),
            path=_letter_path(decision, at=at),
            key=key,
            company=project.beneficiary.name,
        )
    send_mail(
        "M10",
        to=Recipient.of(project.operator),
        path=basin_reverse("decision_detail", reference=decision.reference),
        key=key,
        company=project.beneficiary.name,
    )


def _letter_path(decision: Decision, *, at: datetime) -> str:
    """Where the company reads the letter without an account, on a link of its own."""
    token = links.issue(
        basin=tenancy.current(),
        purpose=LinkPurpose.DECISION_LETTER,
        target_id=decision.pk,
        email=decision.project.owner_email,
        at=at,
        valid=LETTER_READABLE,
    )
    return reverse("letter_page", kwargs={"token": token})


@handler("committees.tell_of_reopening")
def tell_of_reopening(*, at: datetime, decision_id: int) -> None:
    """Tell the operator, and the company that was told the decision, of the new deliberation."""
    decision = Decision.objects.select_related("project__beneficiary", "project__operator").get(
        pk=decision_id
    )
    project = decision.project
    words = {"company": project.beneficiary.name, "reference": decision.reference}
    send_mail(
        "M50",
        to=Recipient.of(project.operator),
        path=basin_reverse("decision_detail", reference=decision.reference),
        key=str(decision.pk),
        **words,
    )
    if decision.notified_at and project.owner_email:
        send_mail(
            "M50",
            to=Recipient(project.owner_email, project.owner_name),
            path=_letter_path(decision, at=at),
            key=str(decision.pk),
            **words,
        )
