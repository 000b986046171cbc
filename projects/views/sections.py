"""One page a section."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.errors import Refusal
from alize.common.faults import Sent
from alize.common.http import basin_redirect, key_in, refusals_in
from basins.homes import visitor_of
from projects import operations, permissions, queries
from projects.enums import Section
from projects.forms.attachments import AttachmentForm
from projects.forms.differences import differences
from projects.forms.lines import ADD_LINE, with_one_more_line
from projects.forms.sections import SectionInput, section_input
from projects.models import Draft, Project
from projects.screen import attachments_of
from projects.views.base import address, project_or_404, section_or_404, trail_of
from projects.views.drafts import as_posted

LABEL_SAVE = "Enregistrer et continuer"


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_section(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Fill in one section, then go on with the next."""
    project = project_or_404(request, reference)
    chosen = section_or_404(section)
    try:
        permissions.edit_section(project, chosen)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("project_detail", reference=reference)
    if chosen == Section.ATTACHMENTS:
        return _attachments(request, project)
    if request.method == "POST" and ADD_LINE in request.POST:
        typed = section_input(chosen, project, with_one_more_line(request.POST))
        return _page(request, project, typed, revision=request.POST.get("revision", ""))
    if request.method == "POST":
        return _save(request, project, chosen)
    draft = Draft.objects.filter(project=project, person_id=request.user.pk, form=chosen).first()
    data = None if draft is None else as_posted(draft.data)
    revision = queries.revision_of(project, chosen) if data is None else data.get("revision", "")
    return _page(
        request, project, section_input(chosen, project, data), revision=revision, draft=draft
    )


def _save(request: HttpRequest, project: Project, section: Section) -> HttpResponse:
    typed = section_input(section, project, request.POST)
    given = request.POST.get("revision", "")
    if not typed.is_valid():
        return _page(request, project, typed, revision=given, status=422)
    with refusals_in(typed.form) as outcome:
        try:
            operations.save_section(
                project_id=project.pk,
                section=section,
                values=typed.values(),
                lines=typed.line_values(),
                revision=key_in(given) or 0,
                by=request.user,
                at=timezone.now(),
            )
        except operations.SectionChanged as change:
            fresh = project_or_404(request, project.reference)
            conflict = {
                "conflict": change.reason,
                "differences": list(differences(typed, section_input(section, fresh))),
            }
            return _page(request, fresh, typed, revision=change.revision, status=409, **conflict)
        messages.success(request, f"Rubrique « {section.label} » enregistrée.")
        return _next(project, section)
    return _page(request, project, typed, revision=given, status=outcome.status)


def _next(project: Project, section: Section) -> HttpResponse:
    """The section that follows; after the last one, the file."""
    order = list(Section)
    place = order.index(section) + 1
    if place == len(order):
        return basin_redirect("project_detail", reference=project.reference)
    return basin_redirect(
        "project_section", reference=project.reference, section=order[place].value
    )


def _page(
    request: HttpRequest,
    project: Project,
    typed: SectionInput,
    *,
    revision: int | str,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = _around(request, project, typed.section)
    context |= {
        "form": typed.form,
        "lines": typed.lines,
        "sent": Sent(typed.form, {"Ligne": typed.lines} if typed.lines else {}),
        "revision": revision,
        "draft_url": address(project, "project_draft", section=typed.section.value),
        "discard_url": address(project, "project_draft_discard", section=typed.section.value),
        "save_label": "Garder ma version" if "conflict" in more else LABEL_SAVE,
        **more,
    }
    return render(request, "projects/section.html", context, status=status)


def _around(request: HttpRequest, project: Project, section: Section) -> dict[str, Any]:
    visitor = visitor_of(request)
    filled = queries.sections_of(project)
    return {
        "project": project,
        "section": section,
        "missing": next(one.missing for one in filled if one.section == section),
        "breadcrumb": trail_of(project, str(section.label)),
        "back_url": address(project),
        "progress": queries.progress_of(
            filled,
            url=lambda one: address(project, "project_section", section=one.value),
            current=section,
        ),
        "hints": queries.hints_of(project, basin=request.basin, on=visitor.on),
    }


def _attachments(request: HttpRequest, project: Project) -> HttpResponse:
    form = AttachmentForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with refusals_in(form) as outcome:
                added = operations.add_attachment(
                    project_id=project.pk,
                    file=form.cleaned_data["file"],
                    name=form.cleaned_data["file"].name,
                    label=form.cleaned_data["label"],
                    command_key=form.cleaned_data["command_key"],
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, f"« {added.label} » est au dossier.")
                return redirect(request.path)
            status = outcome.status
    context = _around(request, project, Section.ATTACHMENTS)
    context["form"] = form
    context["attachments"] = [
        (shown, address(project, "attachment_remove", attachment_id=row.pk))
        for shown, row in zip(
            attachments_of(project),
            project.attachments.filter(removed_at=None).order_by("-pk"),
            strict=True,
        )
    ]
    return render(request, "projects/attachments.html", context, status=status)
