"""The votes that a secretary notes, seat by seat, and those that wait to be confirmed."""

from dataclasses import dataclass

from django.db.models import QuerySet

from committees.models import Attendance, Ballot, CollectedVote
from committees.queries import ballots, seats
from committees.queries.papers import CHOICE_LABELS


@dataclass(frozen=True)
class HandRow:
    """One seat on the page where votes are noted."""

    attendance: Attendance
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
    """Every seat that is there and votes on the file."""
    voted, recused = ballots.voted_seats(ballot), seats.recused_seats(ballot.item)
    noted = {row.seat_id: row for row in waiting(ballot)}
    there = seats.seated(ballot.item.meeting).order_by("seat__partner__name")
    return [
        HandRow(
            row,
            "A voté" if row.seat_id in voted else "S'est déporté" if row.seat_id in recused else "",
            noted.get(row.seat_id),
        )
        for row in there
        if str(row.seat_id) in ballot.rules["seats"]
    ]
