"""The life of a meeting: planned, changed, cancelled, opened, closed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.audit.commands import made_once
from alize.common.errors import InvalidInput
from alize.common.writings import check_mark
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import (
    MEETING_TRANSITIONS,
    BallotStatus,
    MeetingMode,
    MeetingStatus,
)
from committees.models import Ballot, Meeting, Minutes, Seat
from committees.operations import second, summons
from committees.operations.approvals import approve_tacitly
from committees.operations.attendance import seat_down
from committees.operations.base import locked_meeting
from committees.operations.planning import MINUTES, check_when_and_where, next_number
from committees.queries import agenda, leading, presences, seals, seats
from committees.queries.meetings import as_typed
from committees.queries.rules import committee_rules
from projects import operations as project_operations
from projects.enums import ProjectStatus


@transaction.atomic
def plan_meeting(
    *,
    held_at: datetime,
    mode: str,
    place: str = "",
    video_url: str = "",
    minutes_planned: int = MINUTES,
    chair_id: int | None = None,
    by: Person,
    at: datetime,
    command_key: UUID | None = None,
) -> Meeting:
    """Plan a meeting, numbered in its year, once a key; the president takes the chair by default.

    :raises InvalidInput: its date is past, or it has no place to meet.
    """
    check_when_and_where(held_at, mode, place, video_url, minutes_planned, at=at)
    values: dict[str, Any] = {
        "held_at": held_at,
        "mode": mode,
        "minutes_planned": minutes_planned,
        "place": place,
        "video_url": video_url,
    }

    def act() -> Meeting:
        day = timezone.localdate(held_at)
        chair = Seat.objects.get(pk=chair_id) if chair_id else seats.default_chair(day)
        year, rank = next_number(held_at)
        meeting = Meeting.objects.create(year=year, rank=rank, chair=chair, **values)
        audit.record("meeting.planned", target=meeting, by=by, at=at, held_at=held_at.isoformat())
        return meeting

    if command_key is None:
        return act()
    payload = {**values, "chair": chair_id}
    return made_once(Meeting, command_key, payload=payload, by=by, at=at, act=act)


@transaction.atomic
def update_meeting(
    *,
    meeting_id: int,
    held_at: datetime,
    mode: str,
    place: str = "",
    video_url: str = "",
    minutes_planned: int | None = None,
    chair_id: int | None = None,
    mark: str = "",
    by: Person,
    at: datetime,
) -> Meeting:
    """Change the date, the place or the chair; those already convened are told what moves them.

    `mark` is that of what the page showed.

    :raises ActionDenied: the meeting has begun, or its summons are out and the chair may not be.
    :raises InvalidInput: the new date is past, in another year than its number, or outside the
        days of a second convocation.
    :raises WrittenMeanwhile: somebody else changed it since the page was opened.
    """
    meeting = locked_meeting(meeting_id)
    permissions.prepare(meeting)
    minutes_planned = meeting.minutes_planned if minutes_planned is None else minutes_planned
    check_when_and_where(held_at, mode, place, video_url, minutes_planned, at=at)
    _check_day(meeting, timezone.localdate(held_at))
    asked = {
        "held_at": held_at,
        "mode": mode,
        "minutes_planned": minutes_planned,
        "place": place,
        "video_url": video_url,
    }
    changed = {name: value for name, value in asked.items() if getattr(meeting, name) != value}
    before, day = seats.called(seats.day_of(meeting)), seats.day_of(meeting)
    stored = as_typed(meeting)
    for name, value in changed.items():
        setattr(meeting, name, value)
    meeting.chair_id = chair_id
    check_mark(mark, stored=stored, sent=as_typed(meeting))
    meeting.save()
    if seats.day_of(meeting) != day:
        # Whoever came on a day when it was not held is not there on the next.
        meeting.attendances.all().delete()
    if meeting.status == MeetingStatus.CONVENED:
        summons.check_chair(meeting)
        if changed:
            summons.tell_change(
                meeting,
                before=before,
                is_moved="held_at" in changed,
                is_reshaped="mode" in changed,
                at=at,
            )
    audit.record("meeting.updated", target=meeting, by=by, at=at, held_at=held_at.isoformat())
    return meeting


def _check_day(meeting: Meeting, day: date) -> None:
    """It keeps the year of its number; a second convocation, the days of one."""
    if day.year != meeting.year:
        raise InvalidInput(
            f"La séance {meeting.number} reste dans l'année {meeting.year} : "
            "planifiez-en une autre.",
            field="held_on",
        )
    if meeting.second_of is not None:
        second.check_day(meeting.second_of, day, committee_rules())


@transaction.atomic
def cancel_meeting(*, meeting_id: int, reason: str, by: Person, at: datetime) -> Meeting:
    """Give up a meeting: its files are ready for another, those convened are told why.

    :raises ActionDenied: the meeting has begun, or is cancelled already.
    :raises InvalidInput: no reason is given.
    """
    meeting = locked_meeting(meeting_id)
    permissions.cancel_meeting(meeting)
    if not reason.strip():
        raise InvalidInput("Dites en une ligne pourquoi la séance n'a pas lieu.", field="reason")
    was_convened = meeting.status == MeetingStatus.CONVENED
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.CANCELLED)
    project_operations.held(meeting.items.values_list("project_id", flat=True))
    meeting.status = MeetingStatus.CANCELLED
    meeting.cancellation_reason = reason.strip()
    meeting.cancelled_at, meeting.cancelled_by_id = at, by.pk
    meeting.save()
    for item in meeting.items.filter(project__status=ProjectStatus.SCHEDULED):
        project_operations.unschedule(project_id=item.project_id, by=by, at=at)
    if was_convened:
        summons.tell_cancellation(meeting, at=at)
    audit.record("meeting.cancelled", target=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def open_meeting(*, meeting_id: int, by: Person, at: datetime) -> Meeting:
    """Open the meeting; whoever opens it is there (R30 checked again on the day).

    :raises ActionDenied: somebody else presides, the meeting is not convened, today is not its
        day, or the chair is replaced before its hour.
    """
    meeting = locked_meeting(meeting_id)
    permissions.preside(may=leading.chairs(by, meeting))
    expected, meeting.chair = meeting.chair, seats.chair_for(meeting, by)
    permissions.open_meeting(meeting, on=timezone.localdate(at))
    if meeting.chair != expected:
        permissions.stand_in(meeting, at=at)
    meeting.opened_at, meeting.opened_by_id = at, by.pk
    summons.check_chair(meeting)
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.OPEN)
    meeting.status = MeetingStatus.OPEN
    meeting.save()
    if meeting.chair and not seats.seated(meeting).filter(seat=meeting.chair).exists():
        is_remote = meeting.mode == MeetingMode.REMOTE
        seat_down(meeting.chair, meeting, by, is_remote=is_remote, arrived_at=at, by=by, at=at)
    audit.record("meeting.opened", target=meeting, by=by, at=at, seat=meeting.chair_id)
    return meeting


@transaction.atomic
def close_meeting(*, meeting_id: int, by: Person, at: datetime) -> Minutes:
    """End the meeting: what was not decided goes to the next one, the minutes are to be drafted.

    :raises ActionDenied: somebody else presides, a ballot is still under way, or nothing was
        decided after a rejection.
    """
    meeting = locked_meeting(meeting_id)
    permissions.preside(may=leading.chairs(by, meeting))
    return end_meeting(meeting, by=by, at=at)


def end_suspension(meeting: Meeting, *, by: Person, at: datetime) -> None:
    """End the suspension of a meeting, if there is one."""
    if meeting.suspensions.filter(ended_at=None).update(ended_at=at, ended_by=by.pk):
        audit.record("meeting.resumed", target=meeting, by=by, at=at)


def end_meeting(meeting: Meeting, *, by: Person, at: datetime) -> Minutes:
    """End a held meeting, whoever may."""
    ballots = Ballot.objects.filter(item__meeting=meeting)
    under_way = ballots.filter(status__in=[BallotStatus.OPEN, BallotStatus.CLOSED])
    permissions.close_meeting(meeting, under_way=under_way.exists())
    permissions.leave_no_rejection(agenda.left_rejected(meeting))
    project_operations.held(agenda.undecided(meeting).values_list("project_id", flat=True))
    end_suspension(meeting, by=by, at=at)
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.HELD)
    meeting.status = MeetingStatus.HELD
    at = max(at, presences.last_arrival(meeting) or at)
    meeting.closed_at, meeting.closed_by_id = at, by.pk
    meeting.save()
    meeting.attendances.filter(left_at=None).update(left_at=at)
    for item in agenda.undecided(meeting).filter(matter=""):
        project_operations.unschedule(project_id=item.project_id, by=by, at=at)
    approve_tacitly(meeting, by=by, at=at)
    minutes = Minutes.objects.create(meeting=meeting, drafted_by_id=meeting.convened_by_id or by.pk)
    enqueue("figures.changed", key=f"meeting:{meeting.pk}:{at.isoformat()}")
    audit.record(
        "meeting.closed",
        target=meeting,
        by=by,
        at=at,
        seal=seals.of_meeting(meeting),
        presences=seals.of_presences(meeting),
    )
    return minutes
