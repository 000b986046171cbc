"""What members say before a meeting: who will come, what they have read (O3, C2)."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from committees import permissions
from committees.enums import SummonsReply
from committees.models import AgendaItem, ItemReading, Meeting, Seat, SummonsAnswer
from committees.operations.base import locked_meeting
from committees.operations.summons import tell_seat
from committees.queries import answers, seats
from committees.queries.answers import people_of


@transaction.atomic
def answer_summons(
    *, meeting_id: int, seat_id: int, reply: str, by: Person, at: datetime
) -> SummonsAnswer:
    """Answer for a seat; the last answer counts, the same one again changes nothing.

    The other people of the seat, whose answer it undoes or who asked for it, are told (M67).

    :raises ActionDenied: the seat is not the person's, the meeting does not allow this answer, or
        somebody else of the seat is to sit and the person says that they do not.
    """
    meeting, seat = _answering(meeting_id, seat_id, by=by)
    is_expected = answers.is_expected(meeting, seat, by)
    possible = answers.possible_replies(meeting, is_expected=is_expected)
    permissions.answer_summons(meeting, reply, possible=possible)
    return _keep(SummonsAnswer(meeting=meeting, seat=seat, reply=reply), by=by, at=at)


@transaction.atomic
def ask_to_sit(
    *, meeting_id: int, seat_id: int, asked_id: int, by: Person, at: datetime
) -> SummonsAnswer:
    """Ask another person of one's seat to sit for it (C3): they are told and answer (M66).

    No proxy is needed: the seat keeps its voice. It counts as coming once they say so.

    :raises ActionDenied: the seat is not the person's, the other may not sit for it, or the
        summons is not answered any more.
    """
    meeting, seat = _answering(meeting_id, seat_id, by=by)
    others = {person.pk for person in answers.colleagues_of(seat, by)}
    permissions.ask_to_sit(meeting, asked_id, others=others)
    answer = SummonsAnswer(
        meeting=meeting, seat=seat, reply=SummonsReply.ALTERNATE, asked_id=asked_id
    )
    return _keep(answer, by=by, at=at)


def _answering(meeting_id: int, seat_id: int, *, by: Person) -> tuple[Meeting, Seat]:
    """The meeting, locked, and the seat that a person answers for."""
    meeting = locked_meeting(meeting_id)
    in_office = Seat.objects.in_office(seats.day_of(meeting)).select_related("partner", "holder")
    seat = in_office.get(pk=seat_id)
    permissions.sit(by, seat, alternates=seats.alternates_of(seat))
    return meeting, seat


def _keep(answer: SummonsAnswer, *, by: Person, at: datetime) -> SummonsAnswer:
    meeting, seat = answer.meeting, answer.seat
    answer.person, answer.answered_at = people_of(seat)[by.pk], at
    answer.held_at = meeting.held_at
    last = answers.answer_of(meeting, seat)
    if last is not None and _said(last) == _said(answer):
        return last
    answer.save()
    tell_seat(answer, last, at=at)
    audit.record(
        "summons.answered",
        target=meeting,
        by=by,
        at=at,
        seat=seat.pk,
        reply=str(answer.reply),
        asked=answer.asked_id or 0,
    )
    return answer


def _said(answer: SummonsAnswer) -> tuple[str, int, int | None]:
    return answer.reply, answer.person_id, answer.asked_id


@transaction.atomic
def mark_read(*, item_id: int, read: bool = True, by: Person, at: datetime) -> None:
    """Note that somebody has read a file, or means to read it again."""
    item = AgendaItem.objects.get(pk=item_id)
    if read:
        ItemReading.objects.get_or_create(item=item, person_id=by.pk, defaults={"read_at": at})
    else:
        ItemReading.objects.filter(item=item, person=by.pk).delete()
