"""Dossiers : the pipeline as a table or as columns."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.screen import Action, Link, Tab
from alize.common.tables import sorted_and_paged
from basins.access import allows
from basins.exports import nominal_export_links, nominal_export_of
from basins.homes import visitor_of
from projects import queries
from projects.forms.filters import ProjectFilter
from projects.tables import ProjectTable

BOARD = "colonnes"
STARTS = "Un dossier commence par un contact : un SIRET ou un nom, et le besoin en une ligne."
APPEARS = "Les dossiers paraissent ici dès qu'ils vous concernent."


@require_http_methods(["GET", "HEAD", "POST"])
@access("project.read")
def project_list(request: HttpRequest) -> HttpResponse:
    """Every project that the person may know of, filtered as the address says."""
    visitor = visitor_of(request)
    filters = ProjectFilter(
        request.GET, queryset=queries.listed(queries.visible_to(visitor)), request=request
    )
    table = sorted_and_paged(request, ProjectTable(filters.qs, visitor=visitor))
    name = f"{timezone.localdate().isoformat()}_dossiers_{request.basin.slug}"
    download = nominal_export_of(request, table, name=name, filters=filters.form)
    if download is not None:
        return download
    board = request.GET.get("vue") == BOARD
    create = Action("Nouveau contact", basin_reverse("project_create"), "plus-lg")
    writes = allows(request.roles, "project.write")
    filtered = any(request.GET.get(name) for name in filters.filters)
    context = {
        "breadcrumb": [Link("Accueil", basin_reverse("basin_home")), Link("Dossiers", "")],
        "create": create if writes else None,
        "empty_link": Link(create.label, create.url) if writes else None,
        "empty_text": STARTS if writes else APPEARS,
        "filters": filters,
        "filtered": filtered,
        "clear_url": basin_reverse("project_list") if filtered else "",
        "tabs": [
            Tab("Tableau", _view(request, ""), not board),
            Tab("Colonnes", _view(request, BOARD), board),
        ],
    }
    if board:
        context["columns"] = _columns(request, filters)
        return render(request, "projects/board.html", context)
    table.exports = nominal_export_links(request)
    context["table"] = table
    return render(request, "projects/list.html", context)


def _view(request: HttpRequest, name: str) -> str:
    """The same filters, shown the other way."""
    query = request.GET.copy()
    query.pop("page", None)
    query.pop("vue", None)
    if name:
        query["vue"] = name
    return f"?{query.urlencode()}"


def _columns(request: HttpRequest, filters: ProjectFilter) -> list[dict]:
    visitor = visitor_of(request)
    return [
        {
            "column": column,
            "more_url": f"{basin_reverse('project_list')}?status={column.stage.name.lower()}",
            "cards": [
                {
                    "project": project,
                    "url": basin_reverse("project_detail", reference=project.reference),
                    "badge": queries.status_badge(project, visitor),
                    "since": queries.since_words(project.status_since, on=visitor.on),
                }
                for project in column.projects
            ],
        }
        for column in queries.board_of(filters.qs)
    ]
