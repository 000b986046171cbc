"""Signed minutes: approved in a later meeting, remarked on without ever being edited (5.3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.words import counted
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import MinutesApproval, MinutesStatus
from committees.models import Meeting, Minutes, MinutesRemark
from committees.operations.base import locked_meeting
from committees.operations.minutes import locked_minutes
from committees.queries import leading, seals, seats
from committees.queries.rules import committee_rules


@dataclass(frozen=True)
class Hands:
    """A vote by show of hands on minutes."""

    votes_for: int
    votes_against: int
    abstentions: int

    @property
    def words(self) -> str:
        abstained = counted(self.abstentions, "abstention", "abstentions")
        return f"{self.votes_for} pour, {self.votes_against} contre, {abstained}"


@transaction.atomic
def approve_minutes(
    *, minutes_id: int, meeting_id: int, hands: Hands, by: Person, at: datetime
) -> Minutes:
    """Approve minutes by a vote of the meeting that sits; the chair says how it went.

    :raises ActionDenied: the caller does not preside, or the minutes are not to be approved.
    :raises InvalidInput: the vote did not approve them, or more hands were up than seats sit.
    """
    meeting = locked_meeting(meeting_id)
    minutes = locked_minutes(minutes_id)
    permissions.preside(may=leading.chairs(by, meeting))
    permissions.approve_minutes(minutes, meeting)
    sitting = {row.seat_id for row in seats.seated(meeting)} & seats.voting_seats(
        seats.day_of(meeting)
    )
    if hands.votes_for + hands.votes_against + hands.abstentions > len(sitting):
        raise InvalidInput(f"{len(sitting)} sièges à voix délibérative sont présents.")
    if hands.votes_for <= hands.votes_against:
        raise InvalidInput(
            "Le procès-verbal n'est pas approuvé : notez les remarques, et présentez-le à nouveau."
        )
    _approve(minutes, meeting, MinutesApproval.VOTE, votes=hands.words, by=by, at=at)
    return minutes


def approve_tacitly(meeting: Meeting, *, by: Person, at: datetime) -> list[Minutes]:
    """Approve what was signed before a meeting that ends, when the rules ask for no vote.

    A consultation does not sit: what nobody could remark on is not approved by it.
    """
    if meeting.is_written or committee_rules().minutes_approval != MinutesApproval.TACIT:
        return []
    waiting = Minutes.objects.select_for_update(of=("self",)).filter(
        status=MinutesStatus.SIGNED,
        approved_at=None,
        signed_at__lt=meeting.opened_at,
        meeting__held_at__lt=meeting.held_at,
    )
    approved = list(waiting.order_by("pk"))
    for minutes in approved:
        _approve(minutes, meeting, MinutesApproval.TACIT, votes="", by=by, at=at)
    return approved


def _approve(
    minutes: Minutes,
    meeting: Meeting,
    approval: MinutesApproval,
    *,
    votes: str,
    by: Person,
    at: datetime,
) -> None:
    minutes.approved_at, minutes.approved_by_id = at, by.pk
    minutes.approved_in, minutes.approval, minutes.approval_votes = meeting, approval, votes
    minutes.save(
        update_fields=["approved_at", "approved_by", "approved_in", "approval", "approval_votes"]
    )
    audit.record(
        "minutes.approved",
        target=minutes,
        by=by,
        at=at,
        meeting=meeting.pk,
        how=str(approval),
        seal=seals.of_approval(minutes),
    )


@transaction.atomic
def add_remark(*, minutes_id: int, text: str, by: Person, at: datetime) -> MinutesRemark:
    """Annex a remark to signed minutes; their text stays as it was signed.

    :raises ActionDenied: they are not signed.
    :raises InvalidInput: the remark is empty.
    """
    minutes = locked_minutes(minutes_id)
    permissions.remark(minutes)
    if not text.strip():
        raise InvalidInput("Écrivez votre remarque.", field="text")
    remark = minutes.remarks.create(text=text.strip(), made_at=at, made_by_id=by.pk)
    enqueue("committees.issue_remarks", key=f"{minutes.pk}:{remark.pk}", minutes_id=minutes.pk)
    audit.record(
        "minutes.remarked",
        target=minutes,
        by=by,
        at=at,
        remark=remark.pk,
        seal=seals.of_remark(remark),
    )
    return remark
