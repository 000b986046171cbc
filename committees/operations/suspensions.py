"""A meeting that pauses, that leaves its votes to the secretary, or that ends before its agenda."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from committees import permissions
from committees.enums import BallotStatus
from committees.models import Ballot, Meeting, Minutes, Suspension
from committees.operations.agenda import carry_over
from committees.operations.ballots import void
from committees.operations.base import locked_both, locked_meeting, locked_open_ballots
from committees.operations.meetings import close_meeting, end_suspension
from committees.queries import agenda, leading
from projects import operations as project_operations


@transaction.atomic
def suspend_meeting(*, meeting_id: int, by: Person, at: datetime) -> Suspension:
    """Suspend the meeting, and the open ballot with it until the meeting resumes (voting.md 5.2).

    :raises ActionDenied: the caller does not preside, or it is suspended already.
    """
    meeting = locked_meeting(meeting_id)
    permissions.preside(may=leading.chairs(by, meeting))
    suspended = meeting.suspensions.filter(ended_at=None).exists()
    permissions.suspend(meeting, suspended=suspended)
    for ballot in locked_open_ballots(meeting):
        # A close that was announced is no longer foreseen.
        ballot.closing_at = None
        ballot.save(update_fields=["closing_at"])
    suspension = meeting.suspensions.create(started_at=at, started_by_id=by.pk)
    audit.record("meeting.suspended", target=meeting, by=by, at=at)
    return suspension


@transaction.atomic
def resume_meeting(*, meeting_id: int, by: Person, at: datetime) -> None:
    """Resume a suspended meeting; under way already, nothing changes.

    :raises ActionDenied: the caller does not preside.
    """
    meeting = locked_meeting(meeting_id)
    permissions.preside(may=leading.chairs(by, meeting))
    end_suspension(meeting, by=by, at=at)


@transaction.atomic
def leave_votes_to_secretary(*, meeting_id: int, left: bool, by: Person, at: datetime) -> Meeting:
    """Let the secretary open, close and proclaim the votes, or take that back (O4).

    :raises ActionDenied: the caller does not preside, or the meeting is over.
    """
    meeting = locked_meeting(meeting_id)
    permissions.preside(may=leading.chairs(by, meeting))
    permissions.delegate(meeting)
    if meeting.led_by_secretary != left:
        meeting.led_by_secretary = left
        meeting.save(update_fields=["led_by_secretary"])
        audit.record("meeting.votes_delegated", target=meeting, by=by, at=at, left=left)
    return meeting


@transaction.atomic
def adjourn_meeting(
    *, meeting_id: int, next_meeting_id: int | None = None, by: Person, at: datetime
) -> Minutes:
    """End the meeting before its agenda: open ballots are void, what remains goes to the next one.

    Without a next meeting, the files that remain are ready again.

    :raises ActionDenied: the caller does not preside, a closed ballot is not proclaimed, nothing
        was decided after a rejection, or the next meeting takes no more files.
    """
    following = None if next_meeting_id is None else Meeting.objects.get(pk=next_meeting_id)
    meeting, following = locked_both(meeting_id, following)
    permissions.preside(may=leading.chairs(by, meeting))
    held = Ballot.objects.filter(item__meeting=meeting)
    permissions.adjourn(meeting, closed=held.filter(status=BallotStatus.CLOSED).exists())
    under_way = locked_open_ballots(meeting)
    project_operations.held(meeting.items.values_list("project_id", flat=True))
    for ballot in under_way:
        void(ballot, by=by, at=at)
    remaining = list(agenda.undecided(meeting))
    minutes = close_meeting(meeting_id=meeting.pk, by=by, at=at)
    if following is not None:
        permissions.add_item(following, items=following.items.count())
        for item in remaining:
            carry_over(item, following, by=by, at=at)
    audit.record("meeting.adjourned", target=meeting, by=by, at=at, files=len(remaining))
    return minutes
