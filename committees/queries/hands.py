"""The votes that a secretary notes, seat by seat, and those that wait to be confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst

from committees import permissions
from committees.enums import InterestAnswer
from committees.models import Attendance, Ballot, CollectedVote, Seat
from committees.queries import ballots, declarations, recusals, voters
from committees.queries.papers import CHOICE_LABELS

UNANSWERED = "n'a pas dit s'il a un lien avec ce dossier"
UNDECLARED = "n'a pas fait sa déclaration annuelle d'intérêts"
ASKED_FIRST = frozenset({UNANSWERED, UNDECLARED})
"""What keeps a vote from being noted until its voter has done it."""


@dataclass(frozen=True)
class HandRow:
    """One seat on the page where votes are noted."""

    seat: Seat
    attendance: Attendance
    """Who says its vote: whoever sits for it, or holds its proxy."""
    state: str
    """What is known of it; empty when its vote may be noted."""
    noted: CollectedVote | None


def waiting(ballot: Ballot) -> QuerySet[CollectedVote]:
    """What was noted and nobody has confirmed yet."""
    rows = ballot.collected_votes.filter(confirmed_at=None, discarded_at=None)
    return rows.select_related("seat__partner", "person", "entered_by").order_by(
        "seat__partner__name"
    )


def unsettled(ballot: Ballot) -> int:
    """How many voices the close would lose: noted, not confirmed, and of seats without a vote."""
    return waiting(ballot).exclude(seat__in=ballots.voted_seats(ballot)).count()


def waiting_lines(ballot: Ballot) -> list[tuple[CollectedVote, str]]:
    """The same, each with its choice in words."""
    return [(row, CHOICE_LABELS[row.choice]) for row in waiting(ballot)]


def not_taken(
    ballot: Ballot, speaking: Mapping[int, Attendance], *, at: datetime
) -> dict[int, str]:
    """The seats whose vote is not taken aloud, each with why: voted, or first asked something.

    What a voting paper asks of whoever votes is asked of whoever speaks (SD5).
    """
    voted, recused = ballots.voted_seats(ballot), recusals.recused_seats(ballot.item)
    standing = recusals.standing_answers(ballot.item).items()
    answers = {pk: row.answer for pk, row in standing if row.answer != InterestAnswer.LIFTED}
    required = bool(ballot.rules.get("declaration"))
    declared = declarations.who_declared(year=timezone.localdate(at).year) if required else ()
    found = {}
    for seat_id, there in speaking.items():
        has_declared = there.person_id in declared
        if seat_id in voted:
            found[seat_id] = "a voté"
        elif seat_id in recused:
            found[seat_id] = "s'est déporté"
        elif not permissions.vote_free_of_links.allows(answers.get(there.seat_id)):
            found[seat_id] = UNANSWERED
        elif not permissions.vote_once_declared.allows(
            required=required, has_declared=has_declared
        ):
            found[seat_id] = UNDECLARED
    return found


def rows_of(ballot: Ballot, *, at: datetime) -> list[HandRow]:
    """Every seat that votes on the file and is there, or represented by one that is."""
    noted = {row.seat_id: row for row in waiting(ballot)}
    speaking = voters.who_speaks(ballot)
    left_out = not_taken(ballot, speaking, at=at)
    there = Seat.objects.filter(pk__in=speaking.keys() & set(map(int, ballot.rules["seats"])))
    return [
        HandRow(
            seat,
            speaking[seat.pk],
            capfirst(left_out.get(seat.pk, "")),
            noted.get(seat.pk),
        )
        for seat in there.select_related("partner").order_by("partner")
    ]
