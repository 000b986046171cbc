"""Who answered the summons of a meeting, who has read its files, who is to be reminded (O3, C2)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.screen import Badge
from committees.enums import MeetingMode, SummonsReply
from committees.models import ItemReading, Meeting, Proxy, Seat, SummonsAnswer
from committees.queries import recusals, seats
from committees.queries.meetings import seats_in_office
from committees.rules import sitting

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
ASKED = Badge(SummonsReply.ALTERNATE.label, "attention", "people")
PROXY = Badge("Donne pouvoir", "info", "person-lines-fill")
SILENT = Badge("Sans réponse", "attention", "hourglass-split")
NEWS = {
    SummonsReply.COMING: "{who} vient",
    SummonsReply.REMOTE: "{who} participe à distance",
    SummonsReply.ABSENT: "{who} ne vient pas",
    SummonsReply.ALTERNATE: "{who} demande à {asked} de siéger",
}


def possible_replies(meeting: Meeting, *, is_expected: bool = True) -> tuple[SummonsReply, ...]:
    """What may be answered: nobody comes from afar to a meeting held in one room.

    Whoever is not expected to sit says that they come; that they do not says nothing of the seat.
    """
    possible = POSSIBLE.get(MeetingMode(meeting.mode), ())
    return tuple(one for one in possible if is_expected or one != SummonsReply.ABSENT)


def _given(meeting: Meeting) -> QuerySet[SummonsAnswer]:
    """The answers to the meeting as it stands: those to another hour, or to a form of meeting
    that it has no more, have to be given again."""
    possible = (*possible_replies(meeting), SummonsReply.ALTERNATE)
    given = meeting.answers.filter(held_at=meeting.held_at, reply__in=possible)
    return given.select_related("person", "asked")


def _last_answers(meeting: Meeting) -> dict[int, SummonsAnswer]:
    """The answer that counts of each seat: its last one."""
    last = _given(meeting).order_by("seat_id", "-pk").distinct("seat_id")
    return {answer.seat_id: answer for answer in last}


def answer_of(meeting: Meeting, seat: Seat | None) -> SummonsAnswer | None:
    """The answer that counts of one seat."""
    if seat is None:
        return None
    return _given(meeting).filter(seat=seat).order_by("-pk").first()


def said_by(answer: SummonsAnswer) -> sitting.Answered:
    """An answer as the rule of who sits reads it."""
    comes = answer.reply in {SummonsReply.COMING, SummonsReply.REMOTE}
    return sitting.Answered(by=answer.person_id, comes=comes, asked=answer.asked_id)


def as_answered(answer: SummonsAnswer | None) -> sitting.Answered | None:
    """The same for a seat that may not have answered."""
    return None if answer is None else said_by(answer)


def people_of(seat: Seat) -> dict[int, Person]:
    """Who may sit for a seat, its holder first."""
    return {person.pk: person for person in (seat.holder, *seat.alternates.all())}


def colleagues_of(seat: Seat, person: Person) -> list[Person]:
    """Who may sit in one's place, without any proxy."""
    return [one for one in people_of(seat).values() if one.pk != person.pk and one.is_active]


def expected_in(seat: Seat, answer: SummonsAnswer | None) -> Person:
    """Who is to prepare the meeting for a seat, after its last answer."""
    people = people_of(seat)
    who = sitting.expected(as_answered(answer), holder=seat.holder_id, people=people)
    return people[who]


def is_expected(meeting: Meeting, seat: Seat, person: Person) -> bool:
    """Whether a person is the one who is to sit for their seat."""
    return expected_in(seat, answer_of(meeting, seat)).pk == person.pk


def expected_people(meeting: Meeting) -> Iterator[tuple[Seat, Person]]:
    """Who is to prepare the meeting for each seat in office."""
    last = _last_answers(meeting)
    for seat in seats_in_office(seats.day_of(meeting)):
        person = expected_in(seat, last.get(seat.pk))
        if person.is_active:
            yield seat, person


def heard_seats(meeting: Meeting) -> frozenset[int]:
    """The seats of which it is known whether they will be there, or that gave a proxy."""
    last = _last_answers(meeting).items()
    heard = {seat for seat, one in last if sitting.is_heard(said_by(one))}
    return frozenset(heard | proxies_given(meeting).keys())


def coming_seats(meeting: Meeting) -> frozenset[int]:
    """The seats that said they would be there, and gave no proxy afterwards."""
    given = proxies_given(meeting)
    return frozenset(
        seat
        for seat, one in _last_answers(meeting).items()
        if said_by(one).comes and not _gave_proxy_since(one, given)
    )


def proxies_given(meeting: Meeting) -> dict[int, datetime]:
    """When each seat that has given a proxy for the whole meeting gave it."""
    given = Proxy.objects.filter(meeting=meeting, item=None, declined_at=None, revoked_at=None)
    return dict(given.order_by("pk").values_list("giver_id", "given_at"))


def _gave_proxy_since(answer: SummonsAnswer, given: Mapping[int, datetime]) -> bool:
    given_at = given.get(answer.seat_id)
    return given_at is not None and given_at > answer.answered_at


def silent_members(meeting: Meeting) -> list[Person]:
    """Who is to say whether their seat will be there: it has not answered, nor given a proxy."""
    heard = heard_seats(meeting)
    silent = {person for seat, person in expected_people(meeting) if seat.pk not in heard}
    return sorted(silent, key=lambda person: person.pk)


@dataclass(frozen=True)
class AnswerRow:
    """One seat and what it answered."""

    seat: Seat
    person: str
    badge: Badge


def answer_rows(meeting: Meeting) -> Sequence[AnswerRow]:
    """Every seat in office, with its last answer."""
    last, given = _last_answers(meeting), proxies_given(meeting)
    rows = []
    for seat in seats_in_office(seats.day_of(meeting)):
        answer = last.get(seat.pk)
        said = as_answered(answer)
        sits = said is not None and (said.comes or said.asked is not None)
        if answer is not None and _gave_proxy_since(answer, given):
            sits = False
        badge = PROXY if seat.pk in given and not sits else badge_of(answer)
        who = (answer.asked or answer.person) if answer else seat.holder
        rows.append(AnswerRow(seat, str(who), badge))
    return rows


def badge_of(answer: SummonsAnswer | None) -> Badge:
    """What a seat answered, on a badge."""
    if answer is None:
        return SILENT
    return BADGES.get(SummonsReply(answer.reply), ASKED)


def news_of(answer: SummonsAnswer) -> str:
    """An answer in words: « Anne Blanc vient à distance »."""
    return NEWS[SummonsReply(answer.reply)].format(who=answer.person, asked=answer.asked)


def read_items(meeting: Meeting, person: Person) -> frozenset[int]:
    """The passages that a person has read."""
    read = ItemReading.objects.filter(item__meeting=meeting, person=person.pk)
    return frozenset(read.values_list("item_id", flat=True))


def unread_by_member(meeting: Meeting, *, on: date) -> list[tuple[Person, int]]:
    """Whoever is to sit and has something left to read, with how many files.

    A recusal leaves none.
    """
    left = []
    for person in dict.fromkeys(person for _, person in expected_people(meeting)):
        theirs = meeting.items.exclude(project__in=recusals.recused_projects(person, on=on))
        unread = theirs.exclude(readings__person=person.pk).count()
        if unread:
            left.append((person, unread))
    return left
