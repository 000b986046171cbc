"""Which advances a person may see."""

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.access import MATRIX
from basins.enums import Role
from committees.models import InterestDeclaration, Seat
from funds.models import Advance

_IN_COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})


def advances_visible_to(person: Person, roles: frozenset[Role]) -> QuerySet[Advance]:
    """All of them, less the projects a member stepped back from (security.md 2.2: Rn)."""
    advances = Advance.objects.select_related("project__beneficiary")
    readers = roles & MATRIX["advance.read"]
    if not readers:
        return advances.none()
    if readers <= _IN_COMMITTEE:
        advances = advances.exclude(project__in=_recused_projects(person))
    return advances


def _recused_projects(person: Person) -> set[int]:
    """The projects whose last declaration of the person's seats is to step back."""
    last: dict[tuple[int, int], tuple[int, str]] = {}
    for item, seat, project, answer in (
        InterestDeclaration.objects.filter(seat__in=Seat.objects.of_person(person.pk))
        .order_by("pk")
        .values_list("item_id", "seat_id", "item__project_id", "answer")
    ):
        last[item, seat] = project, answer
    return {project for project, answer in last.values() if answer == "RECUSED"}
