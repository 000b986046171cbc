"""The restricted annex of the minutes: who voted what, with each receipt (voting.md 5.3, 5.5)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from committees.enums import BallotStatus
from committees.models import Ballot, Meeting, Minutes, Vote
from committees.queries import ballots
from committees.queries.items import company_read
from committees.rules import Choice

ANNEX = "pv-annexe"
"""The kind of the document; who reads it is not who reads the minutes."""
CHOICES = {Choice.FOR: "Pour", Choice.AGAINST: "Contre", Choice.ABSTAIN: "Abstention"}


@dataclass(frozen=True)
class VoteLine:
    """What one seat voted, by whom, and the receipt that its voter holds."""

    seat: str
    person: str
    choice: str
    reason: str
    reference: str
    digest: str


@dataclass(frozen=True)
class NominalList:
    """One ballot by name; a secret one says only who took part."""

    company: str
    reference: str
    number: int
    is_secret: bool
    lines: list[VoteLine]
    voters: list[str]
    sentence: str
    digest: str


def annex_context(minutes: Minutes) -> dict[str, Any]:
    """Everything the annex prints."""
    return {"minutes": minutes, "lists": nominal_lists(minutes.meeting)}


def nominal_lists(meeting: Meeting) -> list[NominalList]:
    """Every ballot that was closed, in the order of the agenda."""
    ordered = ballots_held(meeting).order_by("item__rank", "number")
    return [
        _list(ballot)
        for ballot in ordered.select_related("item__meeting", "item__project__beneficiary")
    ]


def ballots_held(meeting: Meeting) -> QuerySet[Ballot]:
    """The ballots of a meeting that have a nominal list: without one, nothing is annexed."""
    return Ballot.objects.filter(
        item__meeting=meeting, status__in=[BallotStatus.CLOSED, BallotStatus.PROCLAIMED]
    )


def _list(ballot: Ballot) -> NominalList:
    project = ballot.item.project
    votes = [] if ballot.is_secret else _votes(ballot)
    voters = ballot.participations.select_related("seat__partner") if ballot.is_secret else ()
    return NominalList(
        company=company_read(ballot.item).name,
        reference=project.reference,
        number=ballot.number,
        is_secret=ballot.is_secret,
        lines=sorted((_line(vote) for vote in votes), key=lambda line: line.seat),
        voters=sorted(str(row.seat.partner) for row in voters),
        sentence=ballot.result_sentence,
        digest=ballot.votes_digest,
    )


def _votes(ballot: Ballot) -> list[Vote]:
    """The votes counted, with all that a line says of them."""
    counted = [vote.pk for vote in ballots.counted_votes(ballot)]
    return list(
        Vote.objects.filter(pk__in=counted).select_related(
            "seat__partner",
            "person",
            "proxy__holder__partner",
            "collected__entered_by",
            "ballot__item__meeting",
        )
    )


def _line(vote: Vote) -> VoteLine:
    receipt = ballots.receipt_of(vote)
    person = str(vote.person)
    if vote.proxy is not None:
        person += f", par pouvoir à {vote.proxy.holder.partner}"
    if vote.collected is not None:
        person += f", recueilli par {vote.collected.entered_by}"
    return VoteLine(
        seat=str(vote.seat.partner),
        person=person,
        choice=CHOICES[Choice(vote.choice)],
        reason=vote.reason,
        reference=receipt.reference,
        digest=receipt.digest,
    )
