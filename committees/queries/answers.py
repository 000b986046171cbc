"""Who answered the summons of a meeting, who has read its files, who is to be reminded (O3, C2)."""

from collections.abc import Sequence
from dataclasses import dataclass

from alize.accounts.models import Person
from alize.common.screen import Badge
from committees.enums import MeetingMode, SummonsReply
from committees.models import ItemReading, Meeting, Proxy, Seat, SummonsAnswer
from committees.queries import seats
from committees.queries.meetings import seats_in_office

POSSIBLE = {
    MeetingMode.IN_PERSON: (SummonsReply.COMING, SummonsReply.ABSENT),
    MeetingMode.REMOTE: (SummonsReply.REMOTE, SummonsReply.ABSENT),
    MeetingMode.MIXED: (SummonsReply.COMING, SummonsReply.REMOTE, SummonsReply.ABSENT),
}
BADGES = {
    SummonsReply.COMING: Badge("Vient", "done", "person-check"),
    SummonsReply.REMOTE: Badge("À distance", "done", "camera-video"),
    SummonsReply.ABSENT: Badge("Absent", "quiet", "person-x"),
}
PROXY = Badge("Donne pouvoir", "info", "person-lines-fill")
SILENT = Badge("Sans réponse", "attention", "hourglass-split")


def possible_replies(meeting: Meeting) -> tuple[SummonsReply, ...]:
    """What may be answered: nobody comes from afar to a meeting held in one room."""
    return POSSIBLE.get(MeetingMode(meeting.mode), ())


def last_answers(meeting: Meeting) -> dict[int, SummonsAnswer]:
    """The answer that counts of each seat: its last one."""
    last = meeting.answers.order_by("seat_id", "-pk").distinct("seat_id")
    return {answer.seat_id: answer for answer in last.select_related("person")}


def answer_of(meeting: Meeting, seat: Seat | None) -> SummonsAnswer | None:
    """The answer that counts of one seat."""
    if seat is None:
        return None
    return meeting.answers.filter(seat=seat).order_by("-pk").first()


def coming_seats(meeting: Meeting) -> frozenset[int]:
    """The seats that said they would be there."""
    return frozenset(
        seat
        for seat, answer in last_answers(meeting).items()
        if answer.reply != SummonsReply.ABSENT
    )


def giving_seats(meeting: Meeting) -> frozenset[int]:
    """The seats that have given a proxy for the whole meeting."""
    given = Proxy.objects.filter(meeting=meeting, item=None, declined_at=None, revoked_at=None)
    return frozenset(given.values_list("giver_id", flat=True))


def silent_members(meeting: Meeting) -> list[Person]:
    """The holders whose seat has neither answered nor given a proxy."""
    heard = last_answers(meeting).keys() | giving_seats(meeting)
    silent = Seat.objects.in_office(seats.day_of(meeting)).exclude(pk__in=heard)
    people = Person.objects.filter(pk__in=silent.values("holder_id"), is_active=True)
    return list(people.order_by("pk"))


@dataclass(frozen=True)
class AnswerRow:
    """One seat and what it answered."""

    seat: Seat
    person: str
    badge: Badge


def answer_rows(meeting: Meeting) -> Sequence[AnswerRow]:
    """Every seat in office, with its last answer."""
    given, giving = last_answers(meeting), giving_seats(meeting)
    rows = []
    for seat in seats_in_office(seats.day_of(meeting)):
        answer = given.get(seat.pk)
        is_absent = answer is None or answer.reply == SummonsReply.ABSENT
        if is_absent and seat.pk in giving:
            badge = PROXY
        else:
            badge = BADGES[SummonsReply(answer.reply)] if answer else SILENT
        rows.append(AnswerRow(seat, str(answer.person if answer else seat.holder), badge))
    return rows


def read_items(meeting: Meeting, person: Person) -> frozenset[int]:
    """The passages that a person has read."""
    read = ItemReading.objects.filter(item__meeting=meeting, person=person.pk)
    return frozenset(read.values_list("item_id", flat=True))


def unread_by_member(meeting: Meeting) -> list[tuple[Person, int]]:
    """Each member who has something left to read, and how many files; a recusal leaves none."""
    left = []
    for person in seats.members_to_tell(seats.day_of(meeting)):
        theirs = meeting.items.exclude(project__in=seats.recused_projects(person))
        unread = theirs.exclude(readings__person=person.pk).count()
        if unread:
            left.append((person, unread))
    return left
