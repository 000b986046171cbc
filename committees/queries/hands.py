"""The votes that a secretary notes, seat by seat, and those that wait to be confirmed."""

from dataclasses import dataclass

from django.db.models import QuerySet

from committees.models import Attendance, Ballot, CollectedVote, Seat
from committees.queries import ballots, seats, voters
from committees.queries.papers import CHOICE_LABELS


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


def waiting_lines(ballot: Ballot) -> list[tuple[CollectedVote, str]]:
    """The same, each with its choice in words."""
    return [(row, CHOICE_LABELS[row.choice]) for row in waiting(ballot)]


def rows_of(ballot: Ballot) -> list[HandRow]:
    """Every seat that votes on the file and is there, or represented by one that is."""
    voted, recused = ballots.voted_seats(ballot), seats.recused_seats(ballot.item)
    noted = {row.seat_id: row for row in waiting(ballot)}
    speaking = voters.who_speaks(ballot)
    there = Seat.objects.filter(pk__in=speaking.keys() & set(map(int, ballot.rules["seats"])))
    return [
        HandRow(
            seat,
            speaking[seat.pk],
            "A voté" if seat.pk in voted else "S'est déporté" if seat.pk in recused else "",
            noted.get(seat.pk),
        )
        for seat in there.select_related("partner").order_by("partner__name")
    ]
