"""What a meeting asks of each on the home page, from its summons to its opening."""

from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.dates import clock_time, long_date
from alize.common.screen import Badge, Todo
from basins.access import allows
from basins.homes import Visitor
from committees.enums import MeetingMode, MeetingStatus
from committees.models import Meeting, Seat
from committees.queries import answers, leading, seats


def todos(visitor: Visitor) -> list[tuple[date, Todo]]:
    """To open and to note on its day, by whoever chairs or keeps it; afterwards, not held (O3)."""
    convened = Meeting.objects.filter(status=MeetingStatus.CONVENED)
    found: list[tuple[date, Todo]] = []
    for meeting in convened.exclude(mode=MeetingMode.WRITTEN).select_related("chair__holder"):
        day = seats.day_of(meeting)
        if day == visitor.on:
            found += [(day, todo) for todo in _on_the_day(meeting, visitor)]
        elif day < visitor.on and allows(visitor.roles, "meeting.write"):
            found.append((day, _not_held(meeting, day)))
    return found


def _on_the_day(meeting: Meeting, visitor: Visitor) -> list[Todo]:
    found = []
    at = f"à {clock_time(meeting.held_at)}"
    if allows(visitor.roles, "meeting.preside") and leading.chairs(visitor.person, meeting):
        url = basin_reverse("meeting_detail", number=meeting.number)
        action = "Ouvrir" if visitor.is_past(meeting.held_at) else "Voir"
        found.append(Todo(f"Ouvrir la séance {meeting.number}", url, action=action, due=at))
    if allows(visitor.roles, "meeting.write"):
        url = basin_reverse("attendance_list", number=meeting.number)
        label = f"Noter les présences : séance {meeting.number}"
        found.append(Todo(label, url, action="Noter", due=at))
    return found


def _not_held(meeting: Meeting, day: date) -> Todo:
    return Todo(
        f"Séance du {long_date(day)} non tenue : changer sa date ou l'annuler",
        basin_reverse("meeting_detail", number=meeting.number),
        action="Voir",
        badge=Badge("En retard", "late"),
    )


def concerns(meeting: Meeting, seat: Seat, visitor: Visitor) -> bool:
    """Whether what a meeting asks of a seat is asked of this person, among those who may sit.

    Of whoever sits for it, else whoever is to; in writing, of each of them. A meeting that was not
    opened on its day asks nothing of its members.
    """
    if meeting.is_written:
        return True
    if meeting.status == MeetingStatus.CONVENED and seats.day_of(meeting) < visitor.on:
        return False
    there = seats.seated(meeting).filter(seat=seat).first()
    if there is not None:
        return there.person_id == visitor.person.pk
    return answers.is_expected(meeting, seat, visitor.person)


def to_answer(meeting: Meeting, seat: Seat) -> list[Todo]:
    """The summons that a seat has not answered, for whoever is to sit for it (C2)."""
    if meeting.status != MeetingStatus.CONVENED or seat.pk in answers.heard_seats(meeting):
        return []
    if seats.seated(meeting).filter(seat=seat).exists():
        return []
    day = seats.day_of(meeting)
    url = basin_reverse("meeting_detail", number=meeting.number)
    return [Todo(f"Dire si vous venez : séance du {long_date(day)}", url, action="Répondre")]
