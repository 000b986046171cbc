"""What the conventions add to the page of a project, and where rooms above add to their own.

The rooms above register in `PARTNERSHIP_SECTIONS`, from their own `panels.py`.
"""

from alize.common.dates import long_date
from alize.common.http import basin_reverse
from alize.common.screen import Action
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content, Sections
from conventions import queries
from conventions.enums import ConventionStatus
from conventions.models import CooperationConvention, PartnershipConvention
from projects.enums import ProjectStatus
from projects.models import Project
from projects.panels import NextStep, next_step, panel

PARTNERSHIP_SECTIONS: Sections[PartnershipConvention] = Sections()


@panel("convention", "Convention", act="convention.read")
def convention_panel(visitor: Visitor, project: Project) -> Content:
    """The conventions of the project that the visitor may see."""
    conventions = queries.conventions_visible_to(visitor.person, visitor.roles)
    rows = queries.convention_rows(conventions.filter(project=project))
    return Content("conventions/panel.html", {"rows": rows})


@next_step(ProjectStatus.APPROVED)
def after_approval(visitor: Visitor, project: Project) -> NextStep | None:
    """The convention to prepare, to freeze, to have signed."""
    convention = (
        CooperationConvention.objects.filter(project=project)
        .select_related("circuit")
        .exclude(status=ConventionStatus.CANCELLED)
        .order_by("-pk")
        .first()
    )
    writes = allows(visitor.roles, "convention.write")
    if convention is None:
        url = basin_reverse("convention_list")
        return NextStep(
            now="Le projet est agréé : préparez la convention de coopération et développement."
            if writes
            else "La convention de coopération et développement est en préparation.",
            holder="l'opérateur local",
            action=Action("Préparer la convention", url, "file-earmark-text") if writes else None,
        )
    url = basin_reverse("convention_detail", reference=convention.reference)
    signing = convention.status == ConventionStatus.SIGNING
    return NextStep(
        now="La convention attend ses signatures." if signing else "La convention est à terminer.",
        holder="les signataires" if signing else "l'opérateur local",
        since=f"depuis le {long_date(queries.since(convention))}",
        action=Action("Ouvrir la convention", url, "file-earmark-text") if writes else None,
    )
