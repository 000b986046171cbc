"""The life of a meeting: planned, convened, opened, closed."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.common.http import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import (
    MEETING_TRANSITIONS,
    BallotStatus,
    MeetingMode,
    MeetingStatus,
)
from committees.models import Ballot, Meeting, Minutes, Seat
from committees.operations.base import locked_meeting, one_at_a_time
from committees.queries import seats
from projects import operations as project_operations
from projects.enums import ProjectStatus


@transaction.atomic
def plan_meeting(
    *,
    held_at: datetime,
    mode: str,
    place: str = "",
    video_url: str = "",
    chair_id: int | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """Plan a meeting, numbered in its year; the committee's president takes the chair by default.

    :raises InvalidInput: its date is past, or it has no place to meet.
    """
    _check_when_and_where(held_at, mode, place, video_url, at=at)
    day = timezone.localdate(held_at)
    chair = Seat.objects.get(pk=chair_id) if chair_id else seats.default_chair(day)
    one_at_a_time("meeting")
    last = Meeting.objects.filter(year=day.year).aggregate(last=Max("rank"))["last"]
    meeting = Meeting.objects.create(
        year=day.year,
        rank=(last or 0) + 1,
        held_at=held_at,
        mode=mode,
        place=place,
        video_url=video_url,
        chair=chair,
    )
    audit.record("meeting.planned", target=meeting, by=by, at=at, held_at=held_at.isoformat())
    return meeting


@transaction.atomic
def update_meeting(
    *,
    meeting_id: int,
    held_at: datetime,
    mode: str,
    place: str = "",
    video_url: str = "",
    chair_id: int | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """Change the date, the place or the chair; those already convened are told a new date.

    :raises ActionDenied: the meeting has begun, or its summons are out and the chair may not be.
    :raises InvalidInput: the new date is past, or in another year than its number.
    """
    meeting = locked_meeting(meeting_id)
    permissions.prepare(meeting)
    _check_when_and_where(held_at, mode, place, video_url, at=at)
    if timezone.localdate(held_at).year != meeting.year:
        raise InvalidInput(
            f"La séance {meeting.number} reste dans l'année {meeting.year} : "
            "planifiez-en une autre.",
            field="held_on",
        )
    meeting.held_at, meeting.mode, meeting.place = held_at, mode, place
    meeting.video_url, meeting.chair_id = video_url, chair_id
    meeting.save()
    if meeting.status == MeetingStatus.CONVENED:
        _check_chair(meeting)
        _send_summons(meeting)
    audit.record("meeting.updated", target=meeting, by=by, at=at, held_at=held_at.isoformat())
    return meeting


def _check_when_and_where(
    held_at: datetime, mode: str, place: str, video_url: str, *, at: datetime
) -> None:
    if timezone.localdate(held_at) < timezone.localdate(at):
        raise InvalidInput("Cette date est passée.", field="held_on")
    if mode != MeetingMode.REMOTE and not place:
        raise InvalidInput("Indiquez le lieu de la séance.", field="place")
    if mode != MeetingMode.IN_PERSON and not video_url:
        raise InvalidInput("Indiquez l'adresse de la visioconférence.", field="video_url")


def _check_chair(meeting: Meeting) -> None:
    permissions.chair(able=seats.chair_is_able(meeting))


def _send_summons(meeting: Meeting) -> None:
    """Mail the summons to the holder of each seat, once for each date."""
    day = seats.day_of(meeting)
    for person in seats.members_to_tell(day):
        send_mail(
            "M04",
            to=Recipient.of(person),
            path=basin_reverse("meeting_detail", number=meeting.number),
            key=f"{meeting.pk}:{meeting.held_at.isoformat()}",
            date=long_date(day),
            count=meeting.items.count(),
        )


@transaction.atomic
def convene(*, meeting_id: int, by: Person, at: datetime) -> Meeting:
    """Send the summons to every seat (O3).

    :raises ActionDenied: nothing is on the agenda, or the chair is not an active representative
        of a partner company (R30).
    """
    meeting = locked_meeting(meeting_id)
    permissions.convene(meeting, items=meeting.items.count())
    _check_chair(meeting)
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.CONVENED)
    meeting.status = MeetingStatus.CONVENED
    meeting.convened_at, meeting.convened_by_id = at, by.pk
    meeting.save()
    _send_summons(meeting)
    audit.record("meeting.convened", target=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def open_meeting(*, meeting_id: int, by: Person, at: datetime) -> Meeting:
    """Open the meeting; whoever opens it is there (R30 checked again on the day).

    :raises ActionDenied: somebody else presides, or the meeting is not convened.
    """
    meeting = locked_meeting(meeting_id)
    presiding = seats.person_in(meeting.chair, meeting)
    permissions.preside(by, presiding.pk if presiding else None)
    permissions.open_meeting(meeting)
    meeting.opened_at, meeting.opened_by_id = at, by.pk
    _check_chair(meeting)
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.OPEN)
    meeting.status = MeetingStatus.OPEN
    meeting.save()
    if meeting.chair and not seats.seated(meeting).filter(seat=meeting.chair).exists():
        meeting.attendances.create(
            seat=meeting.chair,
            person_id=by.pk,
            is_remote=meeting.mode == MeetingMode.REMOTE,
            arrived_at=at,
        )
    audit.record("meeting.opened", target=meeting, by=by, at=at)
    return meeting


@transaction.atomic
def close_meeting(*, meeting_id: int, by: Person, at: datetime) -> Minutes:
    """End the meeting: what was not decided goes to the next one, the minutes are to be drafted.

    :raises ActionDenied: somebody else presides, or a ballot is still under way.
    """
    meeting = locked_meeting(meeting_id)
    presiding = seats.person_in(meeting.chair, meeting)
    permissions.preside(by, presiding.pk if presiding else None)
    ballots = Ballot.objects.filter(item__meeting=meeting)
    under_way = ballots.filter(status__in=[BallotStatus.OPEN, BallotStatus.CLOSED])
    permissions.close_meeting(meeting, under_way=under_way.exists())
    MEETING_TRANSITIONS.guard(meeting.status, MeetingStatus.HELD)
    meeting.status = MeetingStatus.HELD
    meeting.closed_at, meeting.closed_by_id = at, by.pk
    meeting.save()
    meeting.attendances.filter(left_at=None).update(left_at=at)
    undecided = meeting.items.filter(project__status=ProjectStatus.SCHEDULED)
    for item in undecided.exclude(ballots__decision__isnull=False):
        project_operations.unschedule(project_id=item.project_id, by=by, at=at)
    minutes = Minutes.objects.create(meeting=meeting, drafted_by_id=meeting.convened_by_id or by.pk)
    enqueue("figures.changed", key=f"meeting:{meeting.pk}:{at.isoformat()}")
    audit.record("meeting.closed", target=meeting, by=by, at=at)
    return minutes
