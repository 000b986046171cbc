"""The voting papers of one person: theirs, then one for each seat they speak for (C4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alize.accounts.models import Person
from alize.common.dates import clock_time
from alize.common.errors import ActionDenied
from alize.common.permissions import only_asking
from alize.common.screen import VOTE_CHOICES, Choice
from committees import permissions
from committees.enums import BallotStatus
from committees.models import Ballot, Proxy, Seat, Vote
from committees.queries import ballots, recusals, seats, voters
from committees.queries.ballots import CHOICE_LABELS, Receipt


@dataclass(frozen=True)
class Paper:
    """Bulletin : what one seat may drop now, and what it has dropped."""

    seat: Seat
    proxy: Proxy | None
    is_open: bool
    is_secret: bool
    has_voted: bool
    may_change: bool
    why_not: str
    needs_answer: bool
    choices: Sequence[Choice]
    my_vote: str = ""
    my_hour: str = ""
    collected_by: str = ""
    receipt: Receipt | None = None
    reason: str = ""

    @property
    def for_whom(self) -> str:
        """« Pour Mme X », when it is another seat's."""
        return f"Pour {self.seat.holder} ({self.seat.partner})" if self.proxy else ""

    @property
    def may_vote(self) -> bool:
        """Whether it may be dropped, or dropped again; a suspended ballot waits for the meeting."""
        return not self.why_not and (not self.has_voted or self.may_change)

    @property
    def initial(self) -> dict[str, Any]:
        """What its form starts with."""
        chosen = next((choice.value for choice in self.choices if choice.checked), "")
        return {"seat": self.seat.pk, "choice": chosen, "reason": self.reason}


def papers_of(ballot: Ballot, person: Person, *, seat: Seat | None, at: datetime) -> list[Paper]:
    """Mine first, then those of the seats I hold a proxy of."""
    papers = [_paper(ballot, person, seat, at=at)] if seat is not None else []
    if seat is not None and ballot.status == BallotStatus.OPEN:
        papers += [
            _paper(ballot, person, giver, at=at) for giver in voters.givers_of(ballot, person)
        ]
    return papers


def choices(ballot: Ballot, value: str = "") -> Sequence[Choice]:
    """The answers the committee offers, with the one given checked."""
    with_abstention = ballot.rules.get("abstention", True)
    return [
        replace(choice, checked=choice.value == value)
        for choice in VOTE_CHOICES
        if choice.value != "ABSTAIN" or with_abstention
    ]


def _paper(ballot: Ballot, person: Person, seat: Seat, *, at: datetime) -> Paper:
    has_voted = seat.pk in ballots.voted_seats(ballot)
    vote = None if ballot.is_secret else _vote_of(ballot, person, seat)
    proxy, why_not = _right(ballot, person, seat, has_voted=has_voted, at=at)
    collected = vote.collected if vote else None
    return Paper(
        seat=seat,
        proxy=proxy,
        is_open=ballot.status == BallotStatus.OPEN,
        is_secret=ballot.is_secret,
        has_voted=has_voted,
        may_change=permissions.vote_again.allows(ballot),
        why_not=why_not,
        needs_answer=_needs_answer(ballot, person, seat, at=at),
        choices=choices(ballot, vote.choice if vote else ""),
        my_vote=CHOICE_LABELS[vote.choice] if vote else "",
        my_hour=clock_time(vote.cast_at) if vote else "",
        collected_by=str(collected.entered_by) if collected else "",
        receipt=ballots.receipt_of(vote) if vote else None,
        reason=vote.reason if vote else "",
    )


def _right(
    ballot: Ballot, person: Person, seat: Seat, *, has_voted: bool, at: datetime
) -> tuple[Proxy | None, str]:
    """By which proxy this person votes for a seat; else why they cannot, in one sentence."""
    if ballot.status != BallotStatus.OPEN:
        return None, "Le scrutin n'est pas ouvert."
    try:
        with only_asking():
            permissions.within_the_hour(ballot, at=at)
            return voters.check_right(person, ballot, seat, has_voted=has_voted, at=at), ""
    except ActionDenied as denied:
        return None, denied.reason


def _needs_answer(ballot: Ballot, person: Person, seat: Seat, *, at: datetime) -> bool:
    return (
        ballot.status == BallotStatus.OPEN
        and permissions.within_the_hour.allows(ballot, at=at)
        and recusals.latest_answer(ballot.item, seat) is None
        and permissions.sit.allows(person, seat, alternates=seats.alternates_of(seat))
    )


def _vote_of(ballot: Ballot, person: Person, seat: Seat) -> Vote | None:
    """The vote of a seat, for the person who cast it only."""
    votes = ballot.votes.filter(seat=seat).select_related(
        "ballot__item__meeting", "collected__entered_by"
    )
    last = votes.order_by("-version").first()
    return last if last is not None and last.person_id == person.pk else None
