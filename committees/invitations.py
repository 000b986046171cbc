"""A meeting as an entry of a diary: invitation, update, cancellation (O3, RFC 5545)."""

from datetime import datetime, timedelta

from django.conf import settings

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.calendar import Event, Method, calendar_file
from alize.documents.imprint import issuer
from basins import tenancy
from committees.models import Meeting


def ends_at(meeting: Meeting) -> datetime:
    """When a meeting should be over."""
    return meeting.held_at + timedelta(minutes=meeting.minutes_planned)


def calendar_entry(meeting: Meeting, method: Method, *, at: datetime, to: Person) -> str:
    """The calendar file of a meeting for one member; no company is named in it."""
    page = f"{settings.PUBLIC_URL}{basin_reverse('meeting_detail', number=meeting.number)}"
    address = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].rstrip(">")
    where = [meeting.place, meeting.video_url]
    said = f"Ordre du jour, réponse et vote : {page}"
    if meeting.video_url:
        said = f"Visioconférence : {meeting.video_url}\n{said}"
    event = Event(
        uid=f"seance-{meeting.pk}.{tenancy.current().schema_name}@{address.rpartition('@')[2]}",
        sequence=meeting.invitation_sequence,
        stamped_at=at,
        starts_at=meeting.held_at,
        ends_at=ends_at(meeting),
        summary=f"Comité d'agrément {issuer()}, séance {meeting.number}",
        location=", ".join(part for part in where if part),
        description=said,
        url=page,
        organizer=(issuer(), address),
        attendee=(to.full_name, to.email),
    )
    return calendar_file(event, method)
