"""Which advances a person may see, whose bank details they may handle."""

from datetime import date

from django.db.models import QuerySet

from alize.accounts.models import Person
from basins.access import MATRIX
from basins.homes import Visitor
from committees.queries.recusals import recused_projects
from funds.models import Advance
from projects.models import Beneficiary, Project


def advances_visible_to(visitor: Visitor) -> QuerySet[Advance]:
    """All of them, less the projects a person stepped back from (security.md 2.2: Rn).

    Whatever else they are: who withdrew from a file neither prepares nor releases its money (SD5).
    """
    advances = Advance.objects.select_related("project__beneficiary")
    if not visitor.roles & MATRIX["advance.read"]:
        return advances.none()
    return advances.exclude(project__in=recused_projects(visitor.person, on=visitor.on))


def companies_left(person: Person, *, on: date) -> QuerySet[Beneficiary]:
    """The companies whose bank details are for others: the person withdrew from a file (SD5).

    One of its files is enough: they share one account.
    """
    left = Project.objects.filter(pk__in=recused_projects(person, on=on))
    return Beneficiary.objects.filter(pk__in=left.values("beneficiary"))
