"""Who leads the vote on a file: whoever presides, or the secretary to whom it was left."""

from datetime import date

from alize.accounts.models import Person
from basins.enums import Role
from basins.homes import Visitor
from basins.queries import holders
from committees import wording
from committees.enums import InterestAnswer, MeetingStatus
from committees.models import AgendaItem, Meeting, Minutes, Seat
from committees.queries import recusals, seats


def presiding_seat(item: AgendaItem, *, on: date) -> Seat | None:
    """Who presides over one file: the chair, or its first replacement when it withdrew or left.

    Until a consultation is over, whoever may lead it on the day: its chair may lose its seat.
    """
    meeting = item.meeting
    if meeting.is_written and meeting.status in {MeetingStatus.PLANNED, MeetingStatus.OPEN}:
        able = seats.able_to_lead(meeting, on=on)
        return next((seat for seat in able if not _has_withdrawn(seat, item)), None)
    chair, recused = meeting.chair, recusals.recused_seats(item)
    if chair is None:
        return None
    if chair.pk not in recused and not seats.has_left(chair, meeting):
        return chair
    return seats.replacements(meeting).exclude(pk__in=recused | {chair.pk}).first()


def _has_withdrawn(seat: Seat, item: AgendaItem) -> bool:
    """Whether a seat has withdrawn from a file, be its mandate younger than the vote on it."""
    answer = recusals.latest_answer(item, seat)
    return answer is not None and answer.answer == InterestAnswer.RECUSED


def presiding_person(item: AgendaItem, *, on: date) -> Person | None:
    """Who presides over one file on a day."""
    return seats.person_in(presiding_seat(item, on=on), item.meeting)


def presides(person: Person, item: AgendaItem, *, on: date) -> bool:
    """Whether a person presides over one file."""
    presiding = presiding_person(item, on=on)
    return presiding is not None and presiding.pk == person.pk


def chairs(person: Person, meeting: Meeting) -> bool:
    """Whether a person presides over the meeting as a whole."""
    presiding = seats.person_in(seats.chair_for(meeting, person), meeting)
    return presiding is not None and presiding.pk == person.pk


def signers(meeting: Meeting) -> list[Person]:
    """Who may sign the minutes: who presided over the meeting, and the committee's presidency."""
    presided = seats.presided(meeting)
    others = seats.presidents(seats.day_of(meeting))
    return [*filter(None, [presided]), *(p for p in others if p != presided)]


def signer_ids(meeting: Meeting) -> frozenset[int]:
    """The same, by id: they also put right what was decided then."""
    return frozenset(person.pk for person in signers(meeting))


def signs(person: Person, meeting: Meeting) -> bool:
    """Whether the minutes of a meeting are for a person to read and sign."""
    return person.pk in signer_ids(meeting)


def who_signs(minutes: Minutes, visitor: Visitor) -> str:
    """Who signs minutes sent for signature, in words; whoever drafted them does not (SD9)."""
    meeting, drafter, person = minutes.meeting, minutes.drafted_by_id, visitor.person
    presided = seats.presided(meeting)
    able = [one for one in signers(meeting) if one.pk != drafter]
    others = [str(one) for one in able if one != presided]
    words = wording.who_signs(str(presided) if presided in able else "", others, noun=meeting.noun)
    if person.pk == drafter and signs(person, meeting):
        return f"{words} Vous l'avez rédigé : une autre personne le signe."
    if Role.PRESIDENT in visitor.roles and person.pk not in {one.pk for one in able}:
        return f"{words} Votre présidence a commencé après : vous le lisez, sans le signer."
    return words


def is_secretary(person: Person, on: date) -> bool:
    """Whether a person keeps the meeting, for the operator."""
    return any(holder.pk == person.pk for holder in holders(Role.OPERATOR, on=on))


def keeps_room(person: Person, meeting: Meeting, *, on: date) -> bool:
    """Whether a person says who is there: the secretary, whoever presides, or over one file."""
    if is_secretary(person, seats.day_of(meeting)) or chairs(person, meeting):
        return True
    return any(presides(person, item, on=on) for item in meeting.items.all())


def words(person: Person, item: AgendaItem, *, on: date) -> bool:
    """Whether a person may word the proposal on a file: the secretary, or whoever presides."""
    return presides(person, item, on=on) or is_secretary(person, seats.day_of(item.meeting))


def leads(person: Person, item: AgendaItem, *, on: date) -> bool:
    """Whether a person may open, close and proclaim the votes on a file (O4)."""
    if presides(person, item, on=on):
        return True
    meeting = item.meeting
    return meeting.led_by_secretary and is_secretary(person, seats.day_of(meeting))
