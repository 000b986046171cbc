"""Who has withdrawn from a file (SD5)."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from alize.accounts.models import Person
from committees.enums import InterestAnswer
from committees.models import AgendaItem, InterestDeclaration, Seat
from committees.queries import seats


def standing_answers(item: AgendaItem) -> dict[int, InterestDeclaration]:
    """The last answer of each seat in office that counts on this passage of a file.

    A withdrawal stands from one passage to the next, until the seat or the presidency comes back
    on it (SD5); any other answer is asked again at each. That of a mandate ends with it.
    """
    given = InterestDeclaration.objects.filter(
        item__project=item.project_id,
        item__lte=item.pk,
        seat__in=Seat.objects.in_office(seats.day_of(item.meeting)),
    )
    last = given.order_by("seat_id", "-pk").distinct("seat_id")
    return {row.seat_id: row for row in last if _counts_on(row, item)}


def answers_of(seat: Seat, items: Iterable[AgendaItem]) -> dict[int, InterestDeclaration]:
    """The answer of one seat that counts on each passage, unless it is asked again."""
    items = list(items)
    given = InterestDeclaration.objects.filter(
        seat=seat, item__project__in=[item.project_id for item in items]
    )
    rows = list(given.select_related("item").order_by("-pk"))
    found = {}
    for item in items:
        last = next((row for row in rows if _is_on(row, item)), None)
        if last and _counts_on(last, item) and last.answer != InterestAnswer.LIFTED:
            found[item.pk] = last
    return found


def latest_answer(item: AgendaItem, seat: Seat | None) -> InterestDeclaration | None:
    """The same on one passage."""
    return None if seat is None else answers_of(seat, [item]).get(item.pk)


def recused_seats(item: AgendaItem) -> frozenset[int]:
    """The seats in office whose last answer on a file is a withdrawal."""
    standing = standing_answers(item).items()
    return frozenset(seat for seat, row in standing if row.answer == InterestAnswer.RECUSED)


def imposed_on(seat: Seat) -> list[InterestDeclaration]:
    """The recusals imposed on a seat and not lifted since, one a file."""
    given = InterestDeclaration.objects.filter(seat=seat).select_related("item")
    last = given.order_by("item__project_id", "-pk").distinct("item__project_id")
    return [row for row in last if row.is_imposed]


def _is_on(row: InterestDeclaration, item: AgendaItem) -> bool:
    """Whether an answer was given on this passage of its file, or on one before it."""
    return row.item.project_id == item.project_id and row.item_id <= item.pk


def _counts_on(row: InterestDeclaration, item: AgendaItem) -> bool:
    return row.item_id == item.pk or row.answer == InterestAnswer.RECUSED


def recused_projects(person: Person, *, on: date) -> QuerySet:
    """Ids of the projects from which a seat of a person has withdrawn, as a subquery (SD5).

    The last answer of the seat counts, whatever the meeting, until the day when the person sits for
    the mandate that follows it.
    """
    mine = Seat.objects.of_person(person.pk)
    following = mine.filter(
        partner=OuterRef("partner"),
        starts_on__gt=OuterRef("starts_on"),
        starts_on__lte=on,
    )
    last = (
        InterestDeclaration.objects.filter(
            seat=OuterRef("seat"), item__project=OuterRef("item__project")
        )
        .order_by("-pk")
        .values("pk")[:1]
    )
    return InterestDeclaration.objects.filter(
        seat__in=mine.filter(~Exists(following)),
        answer=InterestAnswer.RECUSED,
        pk=Subquery(last),
    ).values("item__project_id")
