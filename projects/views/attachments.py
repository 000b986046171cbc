"""The files joined to a project: read, taken off, put back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alize.common.access import access
from alize.common.errors import Refusal
from alize.documents.views import serve
from basins.homes import visitor_of
from projects import operations, queries
from projects.enums import Section
from projects.models import Attachment, Project
from projects.views.base import address, project_or_404


@require_safe
@access("project.read")
def attachment_download(request: HttpRequest, reference: str, attachment_id: int) -> HttpResponse:
    """Hand over an attachment to those who read the whole file."""
    project = project_or_404(request, reference)
    if not queries.reads_whole_file(visitor_of(request), project):
        raise Http404
    kept = Attachment.objects.select_related("file").filter(project=project, removed_at=None)
    return serve(get_object_or_404(kept, pk=attachment_id).file, request)


@require_POST
@access("project.write")
def attachment_remove(request: HttpRequest, reference: str, attachment_id: int) -> HttpResponse:
    """Take an attachment off, at once, with « Annuler »."""
    project = project_or_404(request, reference)
    attachment = get_object_or_404(project.attachments, pk=attachment_id)
    try:
        operations.remove_attachment(
            attachment_id=attachment.pk, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        undo = address(project, "attachment_restore", attachment_id=attachment.pk)
        said = f"« {attachment.label} » est retirée."
        messages.success(request, said, extra_tags=f"undo:{undo}")
    return _to_attachments(project)


@require_POST
@access("project.write")
def attachment_restore(request: HttpRequest, reference: str, attachment_id: int) -> HttpResponse:
    """Put an attachment back."""
    project = project_or_404(request, reference)
    attachment = get_object_or_404(project.attachments, pk=attachment_id)
    try:
        operations.restore_attachment(
            attachment_id=attachment.pk, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    return _to_attachments(project)


def _to_attachments(project: Project) -> HttpResponse:
    return redirect(address(project, "project_section", section=Section.ATTACHMENTS.value))
