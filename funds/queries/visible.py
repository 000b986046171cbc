"""Which advances a person may see."""

from django.db.models import QuerySet

from basins.access import MATRIX
from basins.enums import Role
from basins.homes import Visitor
from committees.queries.seats import recused_projects
from funds.models import Advance

_IN_COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})


def advances_visible_to(visitor: Visitor) -> QuerySet[Advance]:
    """All of them, less the projects a member stepped back from (security.md 2.2: Rn).

    Whatever else they are: who withdrew from a file neither prepares nor releases its money (SD5).
    """
    advances = Advance.objects.select_related("project__beneficiary")
    if not visitor.roles & MATRIX["advance.read"]:
        return advances.none()
    if visitor.roles & _IN_COMMITTEE:
        advances = advances.exclude(project__in=recused_projects(visitor.person, on=visitor.on))
    return advances
