"""What members say before a meeting: who will come, what they have read (O3, C2)."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from committees import permissions
from committees.models import AgendaItem, ItemReading, Seat, SummonsAnswer
from committees.operations.base import locked_meeting
from committees.queries import answers, seats


@transaction.atomic
def answer_summons(
    *, meeting_id: int, seat_id: int, reply: str, by: Person, at: datetime
) -> SummonsAnswer:
    """Answer for a seat; the last answer counts, the same one again changes nothing.

    :raises ActionDenied: the seat is not the person's, or the meeting does not allow this answer.
    """
    meeting = locked_meeting(meeting_id)
    seat = Seat.objects.in_office(seats.day_of(meeting)).get(pk=seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    permissions.answer_summons(meeting, reply, possible=answers.possible_replies(meeting))
    last = answers.answer_of(meeting, seat)
    if last is not None and (last.reply, last.person_id) == (reply, by.pk):
        return last
    answer = SummonsAnswer.objects.create(
        meeting=meeting, seat=seat, person_id=by.pk, reply=reply, answered_at=at
    )
    audit.record("summons.answered", target=meeting, by=by, at=at, seat=seat.pk, reply=str(reply))
    return answer


@transaction.atomic
def mark_read(*, item_id: int, read: bool = True, by: Person, at: datetime) -> None:
    """Note that somebody has read a file, or means to read it again."""
    item = AgendaItem.objects.get(pk=item_id)
    if read:
        ItemReading.objects.get_or_create(item=item, person_id=by.pk, defaults={"read_at": at})
    else:
        ItemReading.objects.filter(item=item, person=by.pk).delete()
