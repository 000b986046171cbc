"""Who is there, and the quorum it makes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from alize.accounts.models import Person
from alize.common.dates import clock_time
from alize.common.screen import Badge
from alize.common.words import counted
from committees.enums import (
    MeetingStatus,
)
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Meeting,
    Seat,
    Vote,
)
from committees.queries import ballots, seats
from committees.queries.meetings import seats_in_office
from committees.rules import Tally, tally


def quorum_now(meeting: Meeting, item: AgendaItem | None = None) -> Tally:
    """The quorum as people sit now, for one file or for the meeting as a whole."""
    if item is not None:
        proposal = item.proposals.order_by("-pk").first()
        facts = ballots.facts_now(item, proposal, on=seats.day_of(meeting))
        return tally(facts, ballots.rules_for(item, proposal))
    present = seats.seated(meeting).values_list("seat_id", flat=True)
    return ballots.tally_of_meeting(meeting, present=present)[1]


def quorum_sentence(quorum: Tally) -> str:
    """« Quorum atteint : 8 sièges présents sur 11 »."""
    present = counted(
        quorum.quorum_have, "siège présent ou représenté", "sièges présents ou représentés"
    )
    reached = "Quorum atteint" if quorum.quorum_reached else "Quorum non atteint"
    return f"{reached}\u00a0: {present} sur {quorum.quorum_base}"


def last_closed(meeting: Meeting) -> Ballot | None:
    """The last ballot of a meeting whose result holds, and with it who was there."""
    closed = Ballot.objects.filter(item__meeting=meeting, closed_at__isnull=False)
    return closed.order_by("closed_at").last()


def last_arrival(meeting: Meeting) -> datetime | None:
    """The hour of the last arrival."""
    return meeting.attendances.aggregate(last=Max("arrived_at"))["last"]


def votes_of(meeting: Meeting, seat_id: int) -> QuerySet[Vote]:
    """The named votes that a seat gave in a meeting, for itself or by proxy, the oldest first."""
    votes = Vote.objects.filter(ballot__item__meeting=meeting)
    return votes.filter(Q(seat=seat_id) | Q(proxy__holder=seat_id)).order_by("cast_at")


@dataclass(frozen=True)
class SeatRow:
    """One seat on the attendance page."""

    seat: Seat
    people: list[Person]
    attendance: Attendance | None
    state: Badge
    hours: str


def attendance_rows(meeting: Meeting) -> list[SeatRow]:
    """Every seat in office with who sits for it, or sat last."""
    last = {}
    for row in meeting.attendances.select_related("person").order_by("arrived_at", "pk"):
        last[row.seat_id] = row
    rows = []
    for seat in seats_in_office(seats.day_of(meeting)):
        there = last.get(seat.pk)
        if there is None:
            state, hours = Badge("Pas arrivé", "quiet"), ""
        elif there.left_at and meeting.status == MeetingStatus.OPEN:
            state = Badge("Parti", "quiet", "box-arrow-right")
            hours = f"de {clock_time(there.arrived_at)} à {clock_time(there.left_at)}"
        else:
            word = "À distance" if there.is_remote else "En présence"
            state = Badge(word, "done")
            hours = f"depuis {clock_time(there.arrived_at)}"
        rows.append(SeatRow(seat, [seat.holder, *seat.alternates.all()], there, state, hours))
    return rows
