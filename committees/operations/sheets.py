"""The attendance sheet, to be signed on paper (O3)."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.dates import clock_time, long_date
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_document
from basins import tenancy
from committees.models import Meeting
from committees.queries import seats
from committees.queries.meetings import seats_in_office
from projects.rules import plain, trigram

SPARE_LINES = 3
"""Empty lines for those who were not expected."""


def issue_attendance_sheet(*, meeting_id: int, by: Person, at: datetime) -> GeneratedDocument:
    """Feuille d'émargement : every seat with who may sit, the guests, a cell to sign in."""
    meeting = Meeting.objects.select_related("chair__partner", "chair__holder").get(pk=meeting_id)
    day = seats.day_of(meeting)
    chair = meeting.chair
    return issue_document(
        kind="feuille-emargement",
        reference=f"FE-{trigram(tenancy.current().name)}-{meeting.number}",
        title="Feuille d'émargement",
        template="pdf/attendance_sheet.html",
        context={
            "day": day,
            "rows": [
                ("Séance", f"n° {meeting.number}, {long_date(day)}, {clock_time(meeting.held_at)}"),
                ("Lieu", meeting.place or meeting.get_mode_display()),
                ("Présidence", f"{chair.holder} ({chair.partner})" if chair else "À désigner"),
            ],
            "seats": sorted(seats_in_office(day), key=lambda seat: plain(str(seat.partner))),
            "guests": list(meeting.guests.select_related("item__project__beneficiary")),
            "spare_lines": range(SPARE_LINES),
        },
        as_of=timezone.localdate(at),
        target=meeting,
        by=by,
        at=at,
    )
