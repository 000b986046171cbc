"""Who sits, and who presides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.words import of
from basins.enums import Role
from basins.queries import holders
from committees.enums import MeetingMode, MeetingStatus
from committees.models import (
    Attendance,
    ChairSubstitute,
    Meeting,
    Seat,
)
from partners.models import Contact
from projects.queries.visibility import not_withdrawn


def presidents(on: date) -> list[Person]:
    """Who holds the presidency of the committee in this basin on a day."""
    return holders(Role.PRESIDENT, on=on)


def operators(on: date) -> frozenset[int]:
    """Who works for the local operator on a day: those who run the basin and its money (R39)."""
    return frozenset(person.pk for person in holders(Role.OPERATOR, Role.FINANCE, on=on))


def default_chair(on: date) -> Seat | None:
    """The seat of the committee's president, when it may take the chair (R30)."""
    presiding = [person.pk for person in presidents(on)]
    return Seat.objects.able_to_chair(on).filter(holder__in=presiding).first()


def chair_is_able(meeting: Meeting) -> bool:
    """Whether the chair is an active representative of a partner company on the day (R30).

    Both the holder of the seat, and whoever has arrived to sit for it.
    """
    chair = meeting.chair
    sitting = person_in(chair, meeting)
    if chair is None or sitting is None:
        return False
    able = Seat.objects.able_to_chair(day_of(meeting)).filter(pk=chair.pk)
    active = Contact.objects.filter(partner=chair.partner_id, person=sitting.pk, is_active=True)
    return able.exists() and active.exists()


def day_of(meeting: Meeting) -> date:
    """The day that decides who is in office: that of the opening, before it the one planned."""
    return timezone.localdate(meeting.opened_at or meeting.held_at)


def alternates_of(seat: Seat) -> frozenset[int]:
    """The people who may sit for a seat beside its holder."""
    return frozenset(seat.alternates.values_list("pk", flat=True))


def seated(meeting: Meeting) -> QuerySet[Attendance]:
    """Who sits now: arrived and not left."""
    return meeting.attendances.filter(left_at=None).select_related("person", "seat__partner")


def those_who_came(meeting: Meeting) -> list[tuple[str, str]]:
    """Everybody who sat at some moment of a meeting, once, with their partner."""
    rows = meeting.attendances.select_related("person", "seat__partner")
    return sorted({(str(row.person), str(row.seat.partner)) for row in rows})


def seat_of(person: Person, meeting: Meeting, *, on: date) -> Seat | None:
    """The seat of a person in a meeting: where they sit, else the one they may sit in."""
    mine = Seat.objects.in_office(on).of_person(person.pk).select_related("partner", "holder")
    sitting = mine.filter(pk__in=seated(meeting).filter(person=person.pk).values("seat_id"))
    own = mine.filter(holder=person.pk).order_by("pk")
    return sitting.first() or own.first() or mine.order_by("pk").first()


def able_to_lead(meeting: Meeting, *, on: date) -> list[Seat]:
    """Who may lead a consultation on a day, the first first (R30).

    Its chair, whoever holds that seat since, the committee's president, the order of replacement;
    each with an account and a role that let them.
    """
    chair, presiding = meeting.chair, {person.pk for person in presidents(on)}

    def place(seat: Seat) -> int:
        if chair is not None and seat.partner_id == chair.partner_id:
            return 0 if seat.pk == chair.pk else 1
        return 2 if seat.holder_id in presiding else 3

    return sorted(_able_alone(on), key=place)


def _able_alone(on: date) -> QuerySet[Seat]:
    admitted = [one.pk for one in holders(Role.PRESIDENT, Role.MEMBER, on=on) if one.is_active]
    return _in_order(Seat.objects.able_to_chair(on).filter(holder__in=admitted))


def leading(project_id: int, *, on: date, besides: Person | None = None) -> list[Person]:
    """Who decides for the presidency on a file, outside any meeting, and who decides alone.

    Whoever holds the presidency and has not withdrawn from it; else the first who has not, in the
    order of replacement (R30). `besides` is somebody who may not; none may be left.
    """

    def able(people: Iterable[Person]) -> list[Person]:
        may_read = not_withdrawn(people, project_id, on=on)
        return [one for one in may_read if one.is_active and one != besides]

    substitutes = (seat.holder for seat in _able_alone(on))
    return able(presidents(on)) or able(substitutes)[:1]


def replacements(meeting: Meeting) -> QuerySet[Seat]:
    """The company seats present that may take the chair, in the order of replacement (R30).

    Whoever sits for them is an active representative of the company too. Those that the committee
    has put in no order come last, the oldest seat first. A consultation gathers nobody: every such
    seat may.
    """
    able = Seat.objects.able_to_chair(day_of(meeting))
    if meeting.mode != MeetingMode.WRITTEN:
        active = Contact.objects.filter(
            partner=OuterRef("seat__partner"), person=OuterRef("person"), is_active=True
        )
        able = able.filter(pk__in=seated(meeting).filter(Exists(active)).values("seat_id"))
    return _in_order(able)


def _in_order(able: QuerySet[Seat]) -> QuerySet[Seat]:
    order = ChairSubstitute.objects.filter(seat=OuterRef("pk")).values("rank")
    return (
        able.annotate(replacing=Subquery(order))
        .order_by(F("replacing").asc(nulls_last=True), "starts_on", "pk")
        .select_related("partner", "holder")
    )


def chair_for(meeting: Meeting, person: Person) -> Seat | None:
    """The seat in the chair of a meeting, as far as one person is concerned.

    When the chair has not come, or has left, its first replacement present takes it.
    """
    chair = meeting.chair
    if chair is None or seated(meeting).filter(seat=chair).exists():
        return chair
    mine = seated(meeting).filter(person=person.pk).values_list("seat_id", flat=True)
    first = replacements(meeting).exclude(pk=chair.pk).first() if mine else None
    return first if first is not None and first.pk in mine else chair


def has_left(chair: Seat, meeting: Meeting) -> bool:
    """Whether the chair of a meeting under way is no longer there."""
    if meeting.status != MeetingStatus.OPEN or meeting.mode == MeetingMode.WRITTEN:
        return False
    return not seated(meeting).filter(seat=chair).exists()


def person_in(seat: Seat | None, meeting: Meeting) -> Person | None:
    """Who sits for a seat in a meeting: whoever has arrived, else its holder.

    In writing its holder alone: an alternate votes for a seat, without leading anything for it.
    """
    if seat is None:
        return None
    if meeting.is_written:
        return seat.holder
    there = seated(meeting).filter(seat=seat).first()
    return there.person if there else seat.holder


def presided(meeting: Meeting) -> Person | None:
    """Who presided over a meeting, having opened it, or is to; in writing, who holds the chair."""
    if meeting.opened_by is not None and not meeting.is_written:
        return meeting.opened_by
    return person_in(meeting.chair, meeting)


def voting_seats(on: date) -> frozenset[int]:
    """The deliberative seats in office on a day."""
    return frozenset(Seat.objects.deliberative(on).values_list("pk", flat=True))


@dataclass(frozen=True)
class Called:
    """Somebody whom the summons calls, for a seat; an alternate, instead of its holder."""

    person: Person
    seat: Seat
    instead_of: str = ""

    def __str__(self) -> str:
        name = f"{self.person.full_name} ({self.person.email})"
        return f"{name}, suppléance {of(self.instead_of)}" if self.instead_of else name


def called(on: date) -> list[Called]:
    """Whom the summons calls, each once: the holders of the seats in office, their alternates."""
    in_office = Seat.objects.in_office(on).select_related("partner", "holder")
    found: dict[int, Called] = {}
    for seat in in_office.order_by("holder_id", "pk"):
        found.setdefault(seat.holder_id, Called(seat.holder, seat))
    for seat in in_office.prefetch_related("alternates").order_by("pk"):
        for person in seat.alternates.all():
            found.setdefault(person.pk, Called(person, seat, seat.holder.full_name))
    return [one for one in found.values() if one.person.is_active]


def members_to_tell(meeting: Meeting) -> list[Person]:
    """Who receives the minutes: the holder of each seat in office, and whoever sat for one."""
    in_office = Seat.objects.in_office(day_of(meeting)).values("holder_id")
    sat = meeting.attendances.values("person_id")
    told = Person.objects.filter(Q(pk__in=in_office) | Q(pk__in=sat), is_active=True)
    return list(told.order_by("pk"))
