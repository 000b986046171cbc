"""Which advances a person may see."""

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.access import MATRIX
from basins.enums import Role
from committees.queries.seats import recused_projects
from funds.models import Advance

_IN_COMMITTEE = frozenset({Role.PRESIDENT, Role.MEMBER})


def advances_visible_to(person: Person, roles: frozenset[Role]) -> QuerySet[Advance]:
    """All of them, less the projects a member stepped back from (security.md 2.2: Rn)."""
    advances = Advance.objects.select_related("project__beneficiary")
    readers = roles & MATRIX["advance.read"]
    if not readers:
        return advances.none()
    if readers <= _IN_COMMITTEE:
        advances = advances.exclude(project__in=recused_projects(person))
    return advances
