"""The life of a ballot: opened, voted, closed or cancelled (voting.md 5.2, security.md D15)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from committees import permissions, wording
from committees.enums import BALLOT_TRANSITIONS, BallotStatus
from committees.models import AgendaItem, Ballot, Seat, Vote
from committees.operations.base import (
    locked_ballot,
    locked_item,
    locked_meeting,
    locked_seat,
    shared_ballot,
)
from committees.queries import ballots, seats
from committees.queries.ballots import Receipt
from committees.rules import Choice


def check_presiding(by: Person, item: AgendaItem) -> None:
    """Refuse whoever does not preside over this file."""
    presiding = seats.person_in(seats.presiding_seat(item), item.meeting)
    permissions.preside(by, presiding.pk if presiding else None)


@transaction.atomic
def open_ballot(*, item_id: int, by: Person, at: datetime) -> Ballot:
    """Freeze the proposal and the rules, and open the vote.

    :raises ActionDenied: the caller does not preside, another ballot is open, or no proposal is
        ready.
    """
    locked_meeting(AgendaItem.objects.get(pk=item_id).meeting_id)
    item = locked_item(item_id)
    check_presiding(by, item)
    last = ballots.last_ballot(item)
    open_now = Ballot.objects.filter(item__meeting=item.meeting_id, status=BallotStatus.OPEN)
    elsewhere = open_now.exclude(item=item).select_related("item__project__beneficiary").first()
    permissions.open_ballot(item, last=last, elsewhere=elsewhere)
    proposal = item.proposals.filter(ballot=None).order_by("-pk").first()
    if proposal is None:
        raise ActionDenied("Rédigez la proposition de décision avant d'ouvrir le vote.")
    BALLOT_TRANSITIONS.guard(BallotStatus.PREPARED, BallotStatus.OPEN)
    ballot = Ballot.objects.create(
        item=item,
        number=1 if last is None else last.number + 1,
        proposal=proposal,
        proposal_text=wording.proposal_text(proposal),
        status=BallotStatus.OPEN,
        rules=ballots.snapshot(item, at=at),
        opened_at=at,
        opened_by_id=by.pk,
    )
    audit.record("ballot.opened", target=ballot, by=by, at=at, opening=ballot.rules["opening"])
    return ballot


@transaction.atomic
def cast_vote(
    *,
    ballot_id: int,
    seat_id: int,
    choice: str,
    reason: str = "",
    command_key: UUID,
    by: Person,
    at: datetime,
) -> Receipt:
    """Record the vote of a seat, or its change; sent twice, it counts once (S31-S34).

    :raises ActionDenied: the ballot is closed, or the seat may not vote or is not the person's.
    :raises InvalidInput: the choice is unknown, or a vote against has no reason.
    :raises AlreadyUsed: the same form was sent with another vote.
    """
    ballot = shared_ballot(ballot_id)
    seat = locked_seat(seat_id)
    reason = reason.strip()
    known = Vote.objects.filter(command_key=command_key).first()
    if known is not None:
        sent = (known.ballot_id, known.seat_id, known.person_id, known.choice, known.reason)
        if sent != (ballot.pk, seat.pk, by.pk, choice, reason):
            raise AlreadyUsed(
                "Ce bulletin a déjà été envoyé avec un autre vote. Rechargez la page pour voter."
            )
        return ballots.receipt_of(known)
    _check_vote(by, ballot, seat)
    if choice not in set(Choice):
        raise InvalidInput("Choisissez « Pour », « Contre » ou « Abstention ».", field="choice")
    if choice == Choice.AGAINST and not reason:
        raise InvalidInput("Dites en une ligne pourquoi vous votez contre.", field="reason")
    last = ballot.votes.filter(seat=seat).order_by("-version").first()
    vote = Vote.objects.create(
        ballot=ballot,
        seat=seat,
        version=1 if last is None else last.version + 1,
        person_id=by.pk,
        choice=choice,
        reason=reason,
        cast_at=at,
        command_key=command_key,
    )
    audit.record("vote.cast", target=ballot, by=by, at=at, seat=seat.pk, version=vote.version)
    return ballots.receipt_of(vote)


def _check_vote(by: Person, ballot: Ballot, seat: Seat) -> None:
    meeting = ballot.item.meeting
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    there = seats.seated(meeting).filter(seat=seat).first()
    has_voted = ballot.votes.filter(seat=seat).exists()
    permissions.cast_vote(by, ballot, seat, there, has_voted=has_voted)
    if str(seat.pk) not in ballot.rules["seats"]:
        raise ActionDenied("Votre siège n'était pas en fonction à l'ouverture du vote.")
    answer = seats.latest_answer(ballot.item, seat)
    permissions.vote_free_of_links(answer.answer if answer else None)


@transaction.atomic
def cancel_ballot(*, ballot_id: int, by: Person, at: datetime) -> Ballot:
    """Cancel an open ballot, to amend its proposal: all its votes are void (voting.md 5.3).

    :raises ActionDenied: the caller does not preside, or the ballot is not open.
    """
    ballot = locked_ballot(ballot_id)
    check_presiding(by, ballot.item)
    permissions.cancel_ballot(ballot)
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.CANCELLED)
    ballot.status = BallotStatus.CANCELLED
    ballot.cancelled_at, ballot.cancelled_by_id = at, by.pk
    ballot.save()
    audit.record("ballot.cancelled", target=ballot, by=by, at=at, votes=ballot.votes.count())
    return ballot


@transaction.atomic
def close_ballot(*, ballot_id: int, by: Person, at: datetime) -> Ballot:
    """Close the vote, count it and freeze its result; closed twice, the first answer holds.

    :raises ActionDenied: the caller does not preside, or the ballot was cancelled.
    """
    ballot = locked_ballot(ballot_id)
    check_presiding(by, ballot.item)
    if ballot.status in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}:
        return ballot
    permissions.close_ballot(ballot)
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.CLOSED)
    counted = ballots.count(ballot, at=at)
    votes = ballots.counted_votes(ballot)
    voted = {vote.seat_id for vote in votes}
    recused = seats.recused_seats(ballot.item)
    ballot.result = counted.as_dict() | {
        "seats": [
            {
                "seat": row.seat_id,
                "person": row.person_id,
                "remote": row.is_remote,
                "recused": row.seat_id in recused,
                "voted": row.seat_id in voted,
            }
            for row in ballots.attendances_during(ballot, until=at).order_by("seat_id", "pk")
        ]
    }
    ballot.result_sentence = counted.sentence
    ballot.votes_digest = ballots.digest_of_all(votes)
    ballot.status = BallotStatus.CLOSED
    ballot.closed_at, ballot.closed_by_id = at, by.pk
    ballot.save()
    audit.record(
        "ballot.closed",
        target=ballot,
        by=by,
        at=at,
        outcome=str(counted.outcome),
        votes_digest=ballot.votes_digest,
    )
    return ballot
