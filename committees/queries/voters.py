"""Who may vote for a seat on an open ballot: who sits for it, or who holds its proxy."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from committees import permissions
from committees.models import Attendance, Ballot, Proxy, Seat
from committees.queries import ballots, declarations, proxies, recusals, seats


def check_right(
    by: Person, ballot: Ballot, seat: Seat, *, has_voted: bool, at: datetime
) -> Proxy | None:
    """Refuse whoever may not vote for a seat; give the proxy by which another seat does.

    :raises ActionDenied: with its reason.
    """
    there = seats.seated(ballot.item.meeting).filter(seat=seat).first()
    proxy = None
    if there is None:
        proxy, there = _spoken_for(by, ballot, seat)
    if proxy is None:
        # A whole committee votes at once: the holder, most often, is not looked for elsewhere.
        others = frozenset() if by.pk == seat.holder_id else seats.alternates_of(seat)
        permissions.sit(by, seat, alternates=others)
    if there is None and ballot.closes_at is not None:
        # In writing, whoever votes is there.
        there = Attendance(seat=seat, person_id=by.pk)
    permissions.cast_vote(by, ballot, seat, there, has_voted=has_voted)
    if str(seat.pk) not in ballot.rules["seats"]:
        raise ActionDenied("Votre siège ne vote pas sur ce dossier, ou n'était pas en fonction.")
    answer = recusals.latest_answer(ballot.item, proxy.holder if proxy else seat)
    permissions.vote_free_of_links(answer.answer if answer else None)
    if ballot.rules.get("declaration"):
        year = timezone.localdate(at).year
        permissions.vote_once_declared(
            required=True, has_declared=declarations.latest(by, year=year) is not None
        )
    return proxy


def givers_of(ballot: Ballot, person: Person) -> list[Seat]:
    """The absent seats for which a person votes, through the seat where they sit."""
    mine = seats.seated(ballot.item.meeting).filter(person=person.pk)
    sitting = set(mine.values_list("seat_id", flat=True))
    if not sitting:
        return []
    speaking = ballots.proxies_that_count(ballot.item, ballot)
    givers = [giver for giver, holder in speaking.items() if holder in sitting]
    held = Seat.objects.filter(pk__in=givers).select_related("partner", "holder")
    return sorted(held, key=lambda seat: givers.index(seat.pk))


def who_speaks(ballot: Ballot) -> dict[int, Attendance]:
    """The presence by which each seat votes in session: its own, else that of its proxy holder."""
    there = {row.seat_id: row for row in seats.seated(ballot.item.meeting)}
    counted = ballots.proxies_that_count(ballot.item, ballot).items()
    return {giver: there[holder] for giver, holder in counted if holder in there} | there


def proxy_used(ballot: Ballot, seat_id: int, there: Attendance) -> Proxy | None:
    """The proxy by which somebody who is there votes for another seat; None for their own.

    :raises ActionDenied: its giver has taken it back meanwhile.
    """
    if there.seat_id == seat_id:
        return None
    for row in proxies.of_holder(ballot.item, there.seat):
        if row.giver_id == seat_id:
            return row
    raise ActionDenied("Ce siège a repris son vote : le pouvoir qu'il avait donné n'existe plus.")


def _spoken_for(by: Person, ballot: Ballot, seat: Seat) -> tuple[Proxy | None, Attendance | None]:
    """The proxy of an absent seat, and the presence of whoever holds it."""
    there = who_speaks(ballot).get(seat.pk)
    if there is None or there.person_id != by.pk:
        return None, None
    return proxy_used(ballot, seat.pk, there), there
