"""The questions that members ask on a file, and who answers them (C2)."""

from datetime import date

from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.screen import Todo
from basins.enums import Role
from basins.homes import Visitor
from committees.models import AgendaItem, Question
from committees.permissions.phases import BEFORE_IT_ENDS
from projects.models import PreliminaryDiagnosis
from projects.queries.visibility import not_withdrawn, told, visible_to


def questions_of(item: AgendaItem) -> QuerySet[Question]:
    """The questions on a file, in the order asked; they follow it from one meeting to the next."""
    return (
        Question.objects.filter(item__project=item.project_id)
        .select_related("asked_by", "answered_by", "item__meeting")
        .order_by("pk")
    )


def referrer_of(item: AgendaItem, *, on: date) -> Person | None:
    """Who answers on a file: its referrer, unless their seat has withdrawn from it (SD5)."""
    diagnosis = (
        PreliminaryDiagnosis.objects.standing()
        .filter(project=item.project_id)
        .select_related("referrer")
        .first()
    )
    if diagnosis is None:
        return None
    return next(iter(not_withdrawn([diagnosis.referrer], item.project_id, on=on)), None)


def answered_by(item: AgendaItem, *, on: date) -> Person | None:
    """Who is told of a question: the referrer, else whoever keeps the file, else the presidency.

    Nobody of them who has withdrawn from the file (SD5); nobody at all if none may.
    """
    referrer = referrer_of(item, on=on)
    if referrer is not None:
        return referrer
    return next(iter(told(item.project, on=on)), None)


def answers(person: Person, item: AgendaItem, roles: frozenset[Role], *, on: date) -> bool:
    """Whether a person may answer the questions on a file."""
    if item.meeting.status not in BEFORE_IT_ENDS:
        return False
    return Role.OPERATOR in roles or person.pk == getattr(answered_by(item, on=on), "pk", None)


def _waiting_for(visitor: Visitor) -> list[Question]:
    """The questions of others still without an answer that a person is expected to answer."""
    waiting = (
        Question.objects.filter(
            answered_at=None,
            item__meeting__status__in=BEFORE_IT_ENDS,
            item__project__in=visible_to(visitor).values("pk"),
        )
        .exclude(asked_by=visitor.person.pk)
        .select_related("item__project__beneficiary", "item__meeting")
        .order_by("pk")
    )
    expected = ((row, answered_by(row.item, on=visitor.on)) for row in waiting)
    return [row for row, person in expected if person and person.pk == visitor.person.pk]


def todos(visitor: Visitor) -> list[Todo]:
    """The same, on the home page."""
    return [
        Todo(
            f"Répondre à une question sur {row.item.project.beneficiary}",
            basin_reverse("question_answer", question_id=row.pk),
            action="Répondre",
            context=row.text,
        )
        for row in _waiting_for(visitor)
    ]
