"""Who presided over one file of a meeting: over its vote, and when its decision was told."""

from datetime import datetime

from django.db.models import Q, QuerySet

from alize.accounts.models import Person
from committees.models import Attendance, Ballot, Decision, Meeting, Seat
from committees.queries import leading, recusals, seats

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


def over_decision(decision: Decision) -> Presiding | None:
    """Who presided over a file when its decision was told, and for which seat.

    Whoever told it, unless the secretary did for the chair; nobody, when none is known to have
    presided over this file: the meeting had not opened, or its chair had withdrawn (SD5).
    """
    item, meeting = decision.item, decision.item.meeting
    if meeting.opened_at is None:
        return None
    if meeting.is_written:
        seat = leading.presiding_seat(item, on=decision.decided_on) or meeting.chair
        return None if seat is None else (seat.holder, seat)
    able = Seat.objects.able_to_chair(seats.day_of(meeting)).values("pk")
    told = _there_at(meeting, decision.notified_at).filter(person=decision.notified_by_id)
    if (row := told.filter(seat__in=able).first()) is not None:
        return row.person, row.seat
    found = over_ballot(decision.ballot) if decision.ballot else _of_meeting(meeting)
    return None if found is None or found[1].pk in recusals.recused_seats(item) else found


def _of_meeting(meeting: Meeting) -> Presiding | None:
    person = seats.presided(meeting)
    return None if person is None or meeting.chair is None else (person, meeting.chair)


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
