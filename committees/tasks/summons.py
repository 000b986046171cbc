"""What is asked of members before a meeting, at its hour."""

from datetime import datetime

from django.utils import timezone

from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.handlers import handler
from committees.enums import MeetingStatus
from committees.models import Meeting
from committees.queries import answers, seats


@handler("committees.remind_readers")
def remind_readers(*, at: datetime, meeting_id: int, sequence: int, days: int) -> None:
    """Tell those who have something left to read (C2), unless the meeting moved meanwhile."""
    meeting = Meeting.objects.get(pk=meeting_id)
    if meeting.status != MeetingStatus.CONVENED or meeting.invitation_sequence != sequence:
        return
    for person, left in answers.unread_by_member(meeting, on=timezone.localdate(at)):
        send_mail(
            "M63",
            to=Recipient.of(person),
            path=basin_reverse("meeting_detail", number=meeting.number),
            key=f"{meeting.pk}:{sequence}:{days}",
            date=long_date(seats.day_of(meeting)),
            count=left,
        )
