"""The file of a project: its sections at a glance, its history, the tabs of the rooms above."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alize.common.access import access
from basins.access import allows
from basins.homes import visitor_of
from projects import permissions, queries
from projects.enums import Section
from projects.models import Project
from projects.panels import PANELS
from projects.screen import asked_by_a_review, attachments_of, facts_of
from projects.views.base import address, file_context, project_or_404, trail_of


@require_safe
@access("project.read")
def project_detail(request: HttpRequest, reference: str) -> HttpResponse:
    """The file: whole for those who judge or run it, the card for the others."""
    project = project_or_404(request, reference)
    visitor = visitor_of(request)
    context = file_context(request, project, tab="dossier")
    context["timeline"] = queries.timeline_of(project, on=visitor.on)
    context["card"] = queries.card_of(project)
    if context["reads_whole"]:
        context.update(_whole(request, project))
    return render(request, "projects/detail.html", context)


def _whole(request: HttpRequest, project: Project) -> dict[str, Any]:
    filled = queries.sections_of(project)
    asked = {Section.PROJECT: asked_by_a_review(project, visitor_of(request))}
    writes = allows(request.roles, "project.write")
    edit_urls = {
        one.section: address(project, "project_section", section=one.section.value)
        for one in filled
        if writes and permissions.edit_section.allows(project, one.section)
    }
    return {
        "progress": queries.progress_of(
            filled, url=lambda section: edit_urls.get(section, f"#{section.value}")
        ),
        "sections": [
            {
                "section": one.section,
                "missing": one.missing,
                "facts": asked.get(one.section, []) + facts_of(project, one.section),
                "attachments": attachments_of(project)
                if one.section == Section.ATTACHMENTS
                else None,
                "edit_url": edit_urls.get(one.section, ""),
            }
            for one in filled
        ],
        "jobs": project.job_forecasts.order_by("nature", "due_on", "pk"),
        "funding": project.funding_lines.order_by("pk"),
        "hints": queries.hints_of(project, basin=request.basin, on=visitor_of(request).on),
    }


@require_safe
@access("project.read")
def project_history(request: HttpRequest, reference: str) -> HttpResponse:
    """Who did what, when."""
    project = project_or_404(request, reference)
    if not queries.reads_whole_file(visitor_of(request), project):
        raise PermissionDenied
    context = file_context(request, project, tab="historique")
    context["history"] = queries.history_of(project)
    context["breadcrumb"] = trail_of(project, "Historique")
    return render(request, "projects/history.html", context)


@require_safe
@access("project.read")
def project_panel(request: HttpRequest, reference: str, panel: str) -> HttpResponse:
    """A tab that a room above has added."""
    project = project_or_404(request, reference)
    visitor = visitor_of(request)
    found = PANELS.get(panel)
    if found is None or not found.is_for(visitor):
        raise Http404
    context = file_context(request, project, tab=panel)
    context["breadcrumb"] = trail_of(project, found.label)
    content = found.build(visitor, project)
    context["panel_template"] = content.template
    return render(request, "projects/panel.html", {**context, **content.context})
