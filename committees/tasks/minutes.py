"""The minutes, laid out after the commit, and the mail that sends them."""

from datetime import datetime

from django.utils import timezone

from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.documents.operations import issue_document
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from committees import documents
from committees.enums import MinutesStatus
from committees.models import Minutes
from committees.queries import seats


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
