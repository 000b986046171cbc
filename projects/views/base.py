"""What every screen of a project starts from: who looks, at which project, under which head."""

from typing import Any

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from alize.common.addresses import basin_reverse
from alize.common.screen import Link, Tab
from basins.access import allows
from basins.homes import Visitor, visitor_of
from projects import queries
from projects.enums import Section
from projects.models import Project
from projects.panels import PANELS


def project_or_404(request: HttpRequest, reference: str) -> Project:
    """The project of the address, unless the person may not know of it (T7)."""
    projects = queries.visible_to(visitor_of(request)).select_related(
        "beneficiary", "operator", "origin_partner", "follow_up_lead"
    )
    return get_object_or_404(projects, reference=reference)


def section_or_404(slug: str) -> Section:
    """The section of the address."""
    try:
        return Section(slug)
    except ValueError as error:
        raise Http404 from error


def trail(*links: Link) -> list[Link]:
    """The breadcrumb from the pipeline down."""
    return [
        Link("Accueil", basin_reverse("basin_home")),
        Link("Dossiers", basin_reverse("project_list")),
        *links,
    ]


def trail_of(project: Project, label: str = "") -> list[Link]:
    """The breadcrumb of a page of a project."""
    if not label:
        return trail(Link(project.reference, ""))
    return trail(Link(project.reference, address(project)), Link(label, ""))


def address(project: Project, name: str = "project_detail", **kwargs: Any) -> str:
    """The path of a page of a project."""
    return basin_reverse(name, reference=project.reference, **kwargs)


def file_context(request: HttpRequest, project: Project, *, tab: str) -> dict[str, Any]:
    """The head and the tabs that all views of one file share."""
    visitor = visitor_of(request)
    whole = queries.reads_whole_file(visitor, project)
    return {
        "project": project,
        "header": queries.header_of(visitor, project),
        "tabs": _tabs(visitor, project, tab, whole=whole),
        "breadcrumb": trail_of(project),
        "reads_whole": whole,
    }


def _tabs(visitor: Visitor, project: Project, current: str, *, whole: bool) -> list[Tab]:
    known = [("dossier", "Dossier", address(project), True)]
    known.append(
        (
            "diagnostic",
            "Diagnostic",
            address(project, "project_diagnosis"),
            allows(visitor.roles, "diagnosis.read"),
        )
    )
    known += [
        (slug, panel.label, address(project, "project_panel", panel=slug), panel.is_for(visitor))
        for slug, panel in PANELS.items()
    ]
    history = address(project, "project_history")
    known.append(("historique", "Historique", history, whole))
    return [Tab(label, url, slug == current) for slug, label, url, shown in known if shown]
