"""Who presided over the vote on one file of a meeting."""

from datetime import datetime

from django.db.models import Q, QuerySet

from alize.accounts.models import Person
from committees.models import Attendance, Ballot, Meeting, Seat

Presiding = tuple[Person, Seat]


def over_ballot(ballot: Ballot) -> Presiding | None:
    """Who presided over a vote when it opened, and for which seat."""
    chair, meeting = ballot.rules.get("chair", ""), ballot.item.meeting
    if not chair:
        return None
    seat = Seat.objects.select_related("partner", "holder").get(pk=int(chair))
    if meeting.is_written:
        return seat.holder, seat
    there = _there_at(meeting, ballot.opened_at).filter(seat=seat).first()
    return there.person if there else seat.holder, seat


def _there_at(meeting: Meeting, moment: datetime | None) -> QuerySet[Attendance]:
    """Who sat at a moment, whoever took a seat over then first."""
    if moment is None:
        return meeting.attendances.none()
    there = meeting.attendances.filter(Q(left_at=None) | Q(left_at__gte=moment))
    return (
        there.filter(arrived_at__lte=moment)
        .select_related("person", "seat__partner")
        .order_by("-arrived_at", "-pk")
    )
