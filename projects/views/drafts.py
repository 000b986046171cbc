"""What is being typed, kept as typed until it is saved."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_POST

from alize.common.access import access
from alize.common.http import basin_redirect, without_nul
from projects import operations
from projects.forms.lines import ADD_LINE
from projects.views.base import project_or_404, section_or_404

NOT_KEPT = {"csrfmiddlewaretoken", ADD_LINE}


@require_POST
@access("project.write")
def project_draft(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Keep what is being typed, as typed."""
    project = project_or_404(request, reference)
    operations.save_draft(
        project_id=project.pk,
        form=section_or_404(section),
        data=typed_data(request),
        by=request.user,
        at=timezone.now(),
    )
    return HttpResponse(status=204)


def typed_data(request: HttpRequest) -> dict[str, list[str]]:
    """The fields of a form as they were sent, without its token nor its buttons."""
    return {
        without_nul(name): [without_nul(value) for value in values]
        for name, values in request.POST.lists()
        if name not in NOT_KEPT
    }


@require_POST
@access("project.write")
def project_draft_discard(request: HttpRequest, reference: str, section: str) -> HttpResponse:
    """Forget a draft: the section is shown as it is stored."""
    project = project_or_404(request, reference)
    operations.discard_draft(project_id=project.pk, form=section_or_404(section), by=request.user)
    return basin_redirect("project_section", reference=reference, section=section)


def as_posted(data: dict[str, list[str]]) -> QueryDict:
    """A draft as the browser sent it."""
    posted = QueryDict(mutable=True)
    for name, values in data.items():
        posted.setlist(name, values)
    return posted
