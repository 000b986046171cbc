"""The reservations of the local steering committee, and who answers them (R25, R31)."""

from datetime import date

from django.db.models import QuerySet

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.screen import Badge, Todo
from basins.enums import Role
from basins.homes import Visitor
from basins.queries import reachable
from committees.models import Decision, Reservation
from projects.queries.visibility import keepers, not_withdrawn, visible_to


def answerers(decision: Decision, *, on: date) -> list[Person]:
    """Who is told of a reservation: the operator of the file, the presidents who may read it."""
    people = [*keepers(decision.project, on=on), *reachable(Role.PRESIDENT, on=on)]
    return not_withdrawn(people, decision.project_id, on=on)


def reservations_of(decision: Decision) -> QuerySet[Reservation]:
    """Those on a decision, in the order made."""
    return decision.reservations.select_related("made_by", "answered_by")


def todos(visitor: Visitor) -> list[Todo]:
    """Those without an answer yet, on the home page of whoever answers."""
    waiting = (
        Reservation.objects.filter(
            answered_at=None, decision__project__in=visible_to(visitor).values("pk")
        )
        .select_related("decision__project__beneficiary")
        .order_by("due_on", "pk")
    )
    return [
        Todo(
            f"Répondre à la réserve sur {row.decision.project.beneficiary}",
            basin_reverse("reservation_answer", reservation_id=row.pk),
            action="Répondre",
            context=row.text,
            due=f"avant le {long_date(row.due_on)}",
            badge=Badge("En retard", "late") if row.due_on < visitor.on else None,
        )
        for row in waiting
    ]
