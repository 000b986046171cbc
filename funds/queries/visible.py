"""Which advances a person may see."""

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.access import MATRIX
from basins.enums import Role
from committees.queries.seats import recused_projects
from funds.models import Advance

_IN_COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})


def advances_visible_to(person: Person, roles: frozenset[Role]) -> QuerySet[Advance]:
    """All of them, less the projects a member stepped back from (security.md 2.2: Rn).

    Whatever else they are: who withdrew from a file neither prepares nor releases its money (SD5).
    """
    advances = Advance.objects.select_related("project__beneficiary")
    if not roles & MATRIX["advance.read"]:
        return advances.none()
    if roles & _IN_COMMITTEE:
        advances = advances.exclude(project__in=recused_projects(person))
    return advances
