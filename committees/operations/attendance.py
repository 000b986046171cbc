"""Who came, how, from when to when."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import clock_time
from alize.common.errors import ActionDenied, InvalidInput
from committees import permissions
from committees.enums import BallotStatus
from committees.models import Attendance, Ballot, Meeting, Seat
from committees.operations.base import locked_meeting, locked_open_ballots, shared_ballot
from committees.operations.proxies import withdraw_on_arrival
from committees.queries import presences, seats


@transaction.atomic
def check_in(
    *,
    meeting_id: int,
    seat_id: int,
    person_id: int,
    is_remote: bool = False,
    arrived_at: datetime | None = None,
    by: Person,
    at: datetime,
) -> Attendance:
    """Note that somebody sits for a seat, now or since an hour; already there, nothing changes.

    :raises ActionDenied: the seat is taken by its other person, or is not in office that day, or
        the meeting is held in one room and they are not.
    :raises InvalidInput: the hour is still to come, or before the close of a ballot.
    """
    meeting = locked_meeting(meeting_id)
    permissions.attend(meeting, on=timezone.localdate(at), is_remote=is_remote)
    seat = Seat.objects.in_office(seats.day_of(meeting)).filter(pk=seat_id).first()
    if seat is None:
        raise ActionDenied("Ce siège n'est pas en fonction à la date de la séance.")
    person = Person.objects.get(pk=person_id)
    permissions.sit(person, seat, alternates=seats.alternates_of(seat))
    there = seats.seated(meeting).filter(seat=seat).first()
    if there is not None:
        if there.person_id == person.pk:
            return there
        raise ActionDenied(f"{there.person} siège déjà pour {seat.partner}.")
    arrived_at = _arrival(meeting, arrived_at, at=at)
    attendance = seat_down(
        seat, meeting, person, is_remote=is_remote, arrived_at=arrived_at, by=by, at=at
    )
    audit.record("attendance.arrived", target=meeting, by=by, at=at, seat=seat.pk, remote=is_remote)
    return attendance


def seat_down(
    seat: Seat,
    meeting: Meeting,
    person: Person,
    *,
    is_remote: bool,
    arrived_at: datetime,
    by: Person,
    at: datetime,
) -> Attendance:
    """Write that somebody sits for a seat: the proxies it gave end there.

    :raises ActionDenied: they already sit for another one.
    """
    permissions.sit_once(seats.seated(meeting).filter(person=person).first())
    withdraw_on_arrival(seat, meeting, by=by, at=at)
    return meeting.attendances.create(
        seat=seat, person_id=person.pk, is_remote=is_remote, arrived_at=arrived_at
    )


def _arrival(meeting: Meeting, noted: datetime | None, *, at: datetime) -> datetime:
    """The hour of an arrival; whoever enters as a ballot closes comes after it.

    :raises InvalidInput: the hour noted is still to come, or before the close of a ballot.
    """
    if noted is not None and noted > at:
        raise InvalidInput("Cette heure d'arrivée est encore à venir.", field="hour")
    for ballot in _open_ballots(meeting):
        shared_ballot(ballot.pk)
    closed = presences.last_closed(meeting)
    if closed is None or closed.closed_at is None or (noted or at) > closed.closed_at:
        return noted or at
    if noted is None:
        return closed.closed_at + timedelta.resolution
    raise InvalidInput(
        f"Un vote a été clos à {clock_time(closed.closed_at)} sans ce siège, et son résultat ne "
        "change plus : notez une arrivée plus tardive.",
        field="hour",
    )


def _open_ballots(meeting: Meeting) -> QuerySet[Ballot]:
    return Ballot.objects.filter(item__meeting=meeting, status=BallotStatus.OPEN)


@transaction.atomic
def check_out(
    *,
    attendance_id: int,
    left_at: datetime | None = None,
    is_lost: bool = False,
    by: Person,
    at: datetime,
) -> Attendance:
    """Note that somebody left, or that their line is lost; a vote received before stays counted.

    :raises ActionDenied: the meeting is over, or the seat voted after that hour.
    :raises InvalidInput: the hour is still to come, before the arrival, or before a closed ballot
        that counted the seat.
    """
    attendance = Attendance.objects.get(pk=attendance_id)
    meeting = locked_meeting(attendance.meeting_id)
    permissions.attend(meeting, on=timezone.localdate(at))
    attendance.refresh_from_db()
    if attendance.left_at is not None:
        return attendance
    left_at = left_at or at
    if left_at > at:
        raise InvalidInput("Cette heure de départ est encore à venir.", field="hour")
    if left_at < attendance.arrived_at:
        arrival = clock_time(attendance.arrived_at)
        raise InvalidInput(f"Ce départ précède l'arrivée, notée à {arrival}.", field="hour")
    # Votes under way are waited for: a departure never undoes one that was received.
    locked_open_ballots(meeting)
    _check_counted(meeting, left_at)
    _check_no_later_vote(meeting, attendance.seat_id, left_at)
    attendance.left_at, attendance.is_lost = left_at, is_lost
    attendance.save(update_fields=["left_at", "is_lost"])
    seat_id = attendance.seat_id
    audit.record("attendance.left", target=meeting, by=by, at=at, seat=seat_id, lost=is_lost)
    return attendance


def _check_counted(meeting: Meeting, left_at: datetime) -> None:
    """Refuse an hour before a ballot whose result has counted whoever was there.

    :raises InvalidInput: with the hour of that ballot.
    """
    closed = presences.last_closed(meeting)
    if closed is not None and closed.opened_at is not None and left_at <= closed.opened_at:
        raise InvalidInput(
            f"Le vote ouvert à {clock_time(closed.opened_at)} a compté ce siège, et son résultat "
            "ne change plus : notez un départ plus tardif.",
            field="hour",
        )


def _check_no_later_vote(meeting: Meeting, seat_id: int, left_at: datetime) -> None:
    """Refuse an hour before a vote of the seat, for itself or for another; a secret one has none.

    :raises ActionDenied: with the hour of that vote.
    """
    later = presences.votes_of(meeting, seat_id).filter(cast_at__gt=left_at).last()
    if later is not None:
        raise ActionDenied(f"Ce siège a voté à {clock_time(later.cast_at)}, après cette heure.")
    secret = Ballot.objects.filter(item__meeting=meeting, opened_at__gte=left_at)
    dropped = secret.filter(
        Q(participations__seat=seat_id) | Q(participations__proxy__holder=seat_id)
    ).first()
    if dropped is not None and dropped.opened_at is not None:
        hour = clock_time(dropped.opened_at)
        raise ActionDenied(f"Ce siège a pris part à un vote secret ouvert à {hour}.")
