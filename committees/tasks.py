"""Documents made after the commit, and the mails that announce them."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from basins import links, tenancy
from basins.enums import LinkPurpose
from committees import documents
from committees.enums import MinutesStatus
from committees.models import Decision, Minutes
from committees.queries import seats

LETTER_READABLE = timedelta(days=90)


@handler("committees.issue_minutes")
def issue_minutes(*, at: datetime, minutes_id: int) -> None:
    """Lay out the minutes; once signed, keep the document and send it to the members."""
    minutes = Minutes.objects.select_related("meeting__chair__partner", "signed_by").get(
        pk=minutes_id
    )
    signed = minutes.status == MinutesStatus.SIGNED
    meeting = minutes.meeting
    document = issue_document(
        kind="pv",
        reference=documents.minutes_reference(meeting),
        title=documents.minutes_title(meeting),
        template="pdf/minutes.html",
        context=documents.minutes_context(minutes),
        as_of=timezone.localdate(minutes.signed_at if signed else at),
        target=minutes,
        by=minutes.signed_by,
        at=at,
        draft=not signed,
    )
    if not signed:
        return
    minutes.document = document
    minutes.save(update_fields=["document"])
    for person in seats.members_to_tell(seats.day_of(meeting)):
        send_mail(
            "M09",
            to=Recipient.of(person),
            path=basin_reverse("minutes_detail", number=meeting.number),
            key=str(minutes.pk),
            date=long_date(seats.day_of(meeting)),
        )


@handler("committees.issue_letter")
def issue_letter(*, at: datetime, decision_id: int) -> None:
    """Lay out the letter of a decision, then send the company its link, and tell the operator."""
    decision = Decision.objects.select_related(
        "project__beneficiary", "project__operator", "ballot__proposal", "notified_by"
    ).get(pk=decision_id)
    project = decision.project
    issue_document(
        kind="decision",
        reference=decision.reference,
        title=f"Décision sur {project.beneficiary.name}",
        template="pdf/decision_letter.html",
        context=documents.letter_context(decision),
        as_of=decision.decided_on,
        target=decision,
        by=decision.notified_by,
        at=at,
    )
    if project.owner_email:
        token = links.issue(
            basin=tenancy.current(),
            purpose=LinkPurpose.DECISION_LETTER,
            target_id=decision.pk,
            email=project.owner_email,
            at=at,
            valid=LETTER_READABLE,
        )
        send_mail(
            "M10",
            to=Recipient(project.owner_email, project.owner_name),
            path=reverse("letter_page", kwargs={"token": token}),
            key=str(decision.pk),
            company=project.beneficiary.name,
        )
    send_mail(
        "M10",
        to=Recipient.of(project.operator),
        path=basin_reverse("decision_detail", reference=decision.reference),
        key=str(decision.pk),
        company=project.beneficiary.name,
    )
