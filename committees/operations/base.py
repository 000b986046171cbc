"""What the use cases of the committee share: locks, always in the same order.

Meeting, its minutes, then passage, then ballot, then seat (security.md D11); several meetings
before any of these, in the order of their ids.
"""

from django.db import connection

from committees.enums import BallotStatus
from committees.models import AgendaItem, Ballot, Meeting, Seat


def locked_meeting(meeting_id: int) -> Meeting:
    """The meeting, held until the end of the transaction; never against whoever names it.

    A presence or a proxy that names it checks that it exists at the commit, the ballot held.
    """
    return Meeting.objects.select_for_update(of=("self",), no_key=True).get(pk=meeting_id)


def locked_both(meeting_id: int, other: Meeting | None) -> tuple[Meeting, Meeting | None]:
    """A meeting and another, held in the order of their ids; the other may not exist."""
    if other is None:
        return locked_meeting(meeting_id), None
    held = {pk: locked_meeting(pk) for pk in sorted({meeting_id, other.pk})}
    return held[meeting_id], held[other.pk]


def locked_item(item_id: int) -> AgendaItem:
    """The passage, held, never against whoever names it; its meeting and project come with it.

    The recusals that the next holder of a seat inherits name it, the seat held.
    """
    return (
        AgendaItem.objects.select_for_update(of=("self",), no_key=True)
        .select_related("meeting__chair__holder", "project__beneficiary")
        .get(pk=item_id)
    )


def locked_ballot(ballot_id: int) -> Ballot:
    """The ballot, held against every vote and every other closing."""
    return (
        Ballot.objects.select_for_update(of=("self",))
        .select_related("item__meeting__chair__holder", "item__project__beneficiary", "proposal")
        .get(pk=ballot_id)
    )


def locked_open_ballots(meeting: Meeting) -> list[Ballot]:
    """The ballots under way in a meeting, held in the order of their ids: votes end first."""
    under_way = Ballot.objects.filter(item__meeting=meeting, status=BallotStatus.OPEN)
    return [locked_ballot(pk) for pk in under_way.order_by("pk").values_list("pk", flat=True)]


def shared_ballot(ballot_id: int) -> Ballot:
    """The ballot, shared with the other voters and kept from closing meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM committees_ballot WHERE id = %s FOR SHARE", [ballot_id])
    return Ballot.objects.select_related("item__meeting", "item__project").get(pk=ballot_id)


def locked_seat(seat_id: int) -> Seat:
    """The seat, held: two votes of one seat come one after the other."""
    return (
        Seat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("partner")
        .get(pk=seat_id)
    )
