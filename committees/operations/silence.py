"""What whoever leads a meeting says of those at a distance who are not heard from (5.3)."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from committees import permissions
from committees.models import Attendance, Meeting
from committees.operations.attendance import check_out
from committees.operations.base import locked_meeting, locked_open_ballots
from committees.queries import leading, presences, silence


@transaction.atomic
def answer_for_silent(
    *,
    meeting_id: int,
    shown: Collection[int],
    gone: Collection[int],
    by: Person,
    at: datetime,
) -> list[Attendance]:
    """Note that some have left, at their last sign of life, and that the others are there.

    `shown` are the presences that the page asked about, `gone` those whose line is lost: whoever
    was heard from meanwhile is there, and stays. Returns those who left.

    :raises ActionDenied: the caller neither keeps nor leads the meeting, or it does not sit.
    """
    meeting = locked_meeting(meeting_id)
    today = timezone.localdate(at)
    permissions.attend(meeting, on=today)
    permissions.keep_room(may=leading.keeps_room(by, meeting, on=today))
    # All of them first: once one departure is recorded, the journal of the basin is held.
    locked_open_ballots(meeting)
    left = []
    for one in silence.silent(meeting, at=at):
        row = one.attendance
        if row.pk in gone:
            since = _counted_until(meeting, row, one.since)
            left.append(check_out(attendance_id=row.pk, left_at=since, is_lost=True, by=by, at=at))
        elif row.pk in shown:
            row.confirmed_at, row.confirmed_by_id = at, by.pk
            row.save(update_fields=["confirmed_at", "confirmed_by"])
            audit.record("attendance.confirmed", target=meeting, by=by, at=at, seat=row.seat_id)
    return left


def _counted_until(meeting: Meeting, row: Attendance, since: datetime) -> datetime:
    """The last sign of somebody, no earlier than what counted them: a closed ballot, their vote."""
    closed = presences.last_closed(meeting)
    voted = presences.votes_of(meeting, row.seat_id).last()
    moments = [since]
    if closed is not None and closed.closed_at is not None:
        moments.append(closed.closed_at)
    if voted is not None:
        moments.append(voted.cast_at)
    return max(moments)
