"""The answer of each seat on its links with a file (voting.md 5.3, SD5)."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from committees import permissions
from committees.enums import InterestAnswer
from committees.models import InterestDeclaration, Seat
from committees.operations.base import locked_ballot, locked_item
from committees.queries import seats
from committees.queries.ballots import last_ballot


@transaction.atomic
def declare_interest(
    *, item_id: int, seat_id: int, answer: str, reason: str = "", by: Person, at: datetime
) -> InterestDeclaration:
    """Answer for a seat: no link, a link declared, or withdrawal; the last answer counts.

    :raises ActionDenied: the seat is not the person's, or the vote no longer allows it.
    :raises InvalidInput: a declared link comes without saying which.
    """
    item = locked_item(item_id)
    seat = Seat.objects.in_office(seats.day_of(item.meeting)).get(pk=seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    last = last_ballot(item)
    if last is not None:
        last = locked_ballot(last.pk)
    previous = seats.latest_answer(item, seat)
    permissions.declare_interest(item, answer, last=last, previous=previous)
    if answer == InterestAnswer.LINK and not reason.strip():
        raise InvalidInput("Dites en une ligne de quel lien il s'agit.", field="reason")
    if previous is not None and (previous.answer, previous.reason) == (answer, reason.strip()):
        return previous
    declaration = InterestDeclaration.objects.create(
        item=item,
        seat=seat,
        person_id=by.pk,
        answer=answer,
        reason=reason.strip(),
        declared_at=at,
    )
    audit.record("interest.declared", target=item, by=by, at=at, seat=seat.pk, answer=str(answer))
    return declaration
