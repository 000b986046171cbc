"""Votes: named with a receipt, or secret without any; by oneself or by proxy (S31-S36)."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import ActionDenied, AlreadyUsed, InvalidInput
from committees import permissions
from committees.enums import ReasonRequired
from committees.models import (
    Ballot,
    Participation,
    Seat,
    SecrecyRequest,
    SecretVote,
    Vote,
)
from committees.operations.base import locked_item, locked_seat, shared_ballot
from committees.operations.consultation_ends import be_there_in_writing
from committees.queries import ballots, seats, voters
from committees.queries.ballots import Receipt
from committees.rules import Choice


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

    The holder of a proxy votes under the seat of its giver. What is refused is in the journal, by
    the database too.

    :raises ActionDenied: the ballot is closed or suspended, or the seat may not vote or is not the
        person's.
    :raises InvalidInput: the choice is unknown, or a reason is missing.
    :raises AlreadyUsed: the same form was sent with another vote.
    """
    try:
        return _cast(ballot_id, seat_id, choice, reason.strip(), command_key, by, at)
    except (ActionDenied, AlreadyUsed, IntegrityError):
        refuse_vote(ballot_id=ballot_id, seat_id=seat_id, by=by, at=at)
        raise


def cast_secret_vote(
    *, ballot_id: int, seat_id: int, choice: str, by: Person, at: datetime
) -> None:
    """Drop a secret vote: who voted in one table, the choice in another, no receipt (S36).

    :raises ActionDenied: the ballot is closed or suspended, or the seat has voted or may not.
    :raises InvalidInput: the choice is unknown.
    """
    try:
        _drop(ballot_id, seat_id, choice, by, at)
    except (ActionDenied, IntegrityError):
        refuse_vote(ballot_id=ballot_id, seat_id=seat_id, by=by, at=at)
        raise


@transaction.atomic
def refuse_vote(*, ballot_id: int, seat_id: int | None, by: Person, at: datetime) -> None:
    """Keep in the journal that a vote was refused; never what it said (S34, S51)."""
    audit.record("vote.refused", by=by, at=at, ballot=ballot_id, seat=seat_id)


@transaction.atomic
def _cast(
    ballot_id: int,
    seat_id: int,
    choice: str,
    reason: str,
    command_key: UUID,
    by: Person,
    at: datetime,
) -> Receipt:
    ballot = shared_ballot(ballot_id)
    seat = locked_seat(seat_id)
    known, last = _already(ballot, seat, command_key)
    if known is not None:
        _check_sent_again(known, (ballot.pk, seat.pk, by.pk, choice, reason))
        permissions.send_vote_again(ballot, known)
        return ballots.receipt_of(known)
    proxy = voters.check_right(by, ballot, seat, has_voted=last is not None, at=at)
    permissions.vote_in_session(ballots.suspended_by(ballot))
    if proxy is None:
        be_there_in_writing(ballot, seat, by=by, at=at)
    if ballot.is_secret:
        raise ActionDenied("Ce scrutin est secret : rechargez la page pour voter.")
    if last is not None:
        permissions.vote_again(ballot)
    check_paper(ballot, choice, reason)
    vote = Vote.objects.create(
        ballot=ballot,
        seat=seat,
        version=1 if last is None else last.version + 1,
        person_id=by.pk,
        choice=choice,
        reason=reason,
        proxy=proxy,
        cast_at=at,
        command_key=command_key,
    )
    audit.record(
        "vote.cast",
        target=ballot,
        by=by,
        at=at,
        seat=seat.pk,
        version=vote.version,
        digest=ballots.digest_of(vote),
        **({"proxy": proxy.pk} if proxy else {}),
    )
    return ballots.receipt_of(vote)


def _already(ballot: Ballot, seat: Seat, key: UUID) -> tuple[Vote | None, Vote | None]:
    """The vote sent under this key, and the last one of the seat, in one query."""
    votes = list(Vote.objects.filter(Q(command_key=key) | Q(ballot=ballot, seat=seat)))
    known = next((vote for vote in votes if vote.command_key == key), None)
    mine = [vote for vote in votes if (vote.ballot_id, vote.seat_id) == (ballot.pk, seat.pk)]
    return known, max(mine, key=lambda vote: vote.version, default=None)


def _check_sent_again(known: Vote, sent: tuple[int, int, int, str, str]) -> None:
    """Refuse under a key already used anything but the very same vote (S34)."""
    if sent != (known.ballot_id, known.seat_id, known.person_id, known.choice, known.reason):
        raise AlreadyUsed(
            "Ce bulletin a déjà été envoyé avec un autre vote. Rechargez la page pour voter."
        )


@transaction.atomic
def _drop(ballot_id: int, seat_id: int, choice: str, by: Person, at: datetime) -> None:
    ballot = shared_ballot(ballot_id)
    seat = locked_seat(seat_id)
    has_voted = ballot.participations.filter(seat=seat).exists()
    proxy = voters.check_right(by, ballot, seat, has_voted=has_voted, at=at)
    permissions.vote_in_session(ballots.suspended_by(ballot))
    if proxy is None:
        be_there_in_writing(ballot, seat, by=by, at=at)
    if has_voted:
        permissions.vote_again(ballot)
    check_paper(ballot, choice, "")
    Participation.objects.create(ballot=ballot, seat=seat, proxy=proxy)
    SecretVote.objects.create(ballot=ballot, choice=choice)
    by_proxy = {"proxy": proxy.pk} if proxy else {}
    audit.record("vote.cast", target=ballot, by=by, at=at, seat=seat.pk, **by_proxy)


def check_paper(ballot: Ballot, choice: str, reason: str) -> None:
    """Refuse a choice that is not offered, and a vote without the reason it must give.

    :raises InvalidInput: with the field.
    """
    if choice not in set(Choice):
        raise InvalidInput("Choisissez « Pour », « Contre » ou « Abstention ».", field="choice")
    if choice == Choice.ABSTAIN and not ballot.rules.get("abstention", True):
        raise InvalidInput("Ce comité ne compte pas d'abstention.", field="choice")
    if ballot.is_secret or reason:
        return
    if ballot.reason_required == ReasonRequired.ALL:
        raise InvalidInput("Dites en une ligne le motif de votre vote.", field="reason")
    if ballot.reason_required == ReasonRequired.AGAINST and choice == Choice.AGAINST:
        raise InvalidInput("Dites en une ligne pourquoi vous votez contre.", field="reason")


@transaction.atomic
def ask_secrecy(*, item_id: int, seat_id: int, by: Person, at: datetime) -> SecrecyRequest:
    """Ask for a secret vote on a file, before it opens; asked twice, it counts once.

    :raises ActionDenied: the seat is not the person's or does not vote, or it is too late.
    """
    item = locked_item(item_id)
    seat = locked_seat(seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    permissions.ask_secrecy(item, seat, last=ballots.last_ballot(item))
    asked, created = SecrecyRequest.objects.get_or_create(
        item=item, seat=seat, defaults={"person_id": by.pk, "asked_at": at}
    )
    if created:
        audit.record("ballot.secrecy_asked", target=item, by=by, at=at, seat=seat.pk)
    return asked
