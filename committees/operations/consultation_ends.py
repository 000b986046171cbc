"""Written consultations once launched: who voted is there, and how they end (C5)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import BallotStatus, MeetingStatus
from committees.models import (
    Ballot,
    Meeting,
    Seat,
)
from committees.operations.agenda import carry_over
from committees.operations.ballots import settle, void
from committees.operations.base import (
    locked_ballot,
    locked_both,
    locked_seat,
)
from committees.queries import consultations, leading, meetings, seals, seats
from committees.queries.rules import committee_rules
from projects import operations as project_operations


def be_there_in_writing(ballot: Ballot, seat: Seat, *, by: Person, at: datetime) -> None:
    """Count who votes in writing as present: half of the seats must vote (voting.md 5.3).

    :raises ActionDenied: the hour of the consultation is past, or they voted for another seat.
    """
    if ballot.closes_at is None:
        return
    permissions.within_the_hour(ballot, at=at)
    meeting = ballot.item.meeting
    permissions.sit_once(seats.seated(meeting).filter(person=by).exclude(seat=seat).first())
    meeting.attendances.get_or_create(
        seat=seat,
        left_at=None,
        defaults={"person_id": by.pk, "is_remote": True, "arrived_at": at},
    )
    look_if_complete(ballot, seat, at=at)


def look_if_complete(ballot: Ballot, seat: Seat, *, at: datetime) -> None:
    """Once a seat has voted or withdrawn, look whether a consultation may close before its hour."""
    if ballot.closes_at is not None and committee_rules().consultation_closes_early:
        enqueue(
            "committees.close_if_complete",
            key=f"{ballot.pk}:{seat.pk}:{at.isoformat()}",
            ballot_id=ballot.pk,
        )


@transaction.atomic
def close_at_its_hour(*, ballot_id: int, at: datetime) -> Ballot:
    """Close a consultation: its hour is the planned one, however late the worker is."""
    ballot = locked_ballot(ballot_id)
    hour = ballot.closes_at
    if ballot.status == BallotStatus.OPEN and hour is not None and hour <= at:
        settle(ballot, by=None, at=hour)
        _tell_closed(ballot, on=timezone.localdate(at))
    return ballot


@transaction.atomic
def close_if_complete(*, ballot_id: int, at: datetime) -> Ballot:
    """Close a consultation before its hour when the rules say so and every seat has voted."""
    ballot = locked_ballot(ballot_id)
    early = ballot.closes_at is not None and committee_rules().consultation_closes_early
    if early and ballot.status == BallotStatus.OPEN and not consultations.undecided(ballot):
        settle(ballot, by=None, at=at)
        _tell_closed(ballot, on=timezone.localdate(at))
    return ballot


def _tell_closed(ballot: Ballot, *, on: date) -> None:
    presiding = leading.presiding_person(ballot.item, on=on)
    if presiding is not None:
        send_mail(
            "M45",
            to=Recipient.of(presiding),
            path=basin_reverse("ballot_detail", ballot_id=ballot.pk),
            key=str(ballot.pk),
            company=ballot.item.project.beneficiary.name,
        )


@transaction.atomic
def ask_for_discussion(
    *, ballot_id: int, seat_id: int, reason: str, by: Person, at: datetime
) -> Meeting | None:
    """Send the file to a meeting: the consultation ends, its votes are void (voting.md 5.3).

    Returns the next planned meeting, where the file now stands; none when none is planned.

    :raises ActionDenied: the seat is not the person's or does not vote, or it is too late.
    """
    consulted = Ballot.objects.get(pk=ballot_id).item.meeting_id
    meeting, following = locked_both(consulted, consultations.next_meeting(at=at))
    ballot = locked_ballot(ballot_id)
    seat = locked_seat(seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    permissions.ask_for_discussion(
        ballot,
        allowed=committee_rules().consultation_discussion,
        votes=consultations.has_voice(ballot, seat),
        at=at,
    )
    project_operations.held([ballot.item.project_id])
    void(ballot, by=by, at=at)
    meeting.status = MeetingStatus.HELD
    meeting.closed_at, meeting.closed_by_id = at, by.pk
    meeting.save()
    item = ballot.item
    if not item.matter:
        project_operations.unschedule(project_id=item.project_id, by=by, at=at)
    if following is not None:
        permissions.add_item(following, items=following.items.count())
        carry_over(item, following, by=by, at=at)
    for person in consultations.people_concerned(ballot, on=timezone.localdate(at)):
        send_mail(
            "M46",
            to=Recipient.of(person),
            path=meetings.page_of(following or meeting),
            key=str(ballot.pk),
            company=ballot.item.project.beneficiary.name,
            reason=reason.strip(),
        )
    audit.record(
        "consultation.discussion_asked",
        target=meeting,
        by=by,
        at=at,
        seat=seat.pk,
        seal=seals.of_meeting(meeting),
    )
    return following
