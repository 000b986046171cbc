"""Le diagnostic : what the referrer types, kept as they go, then handed over."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.errors import ActionDenied, Refusal
from alize.common.faults import Sent
from alize.common.http import basin_redirect, refusals_in
from alize.common.permissions import only_asking
from basins.homes import visitor_of
from projects import operations, permissions
from projects.forms.diagnoses import DiagnosisForm, YearsFormSet, stored_years
from projects.models import Draft, PreliminaryDiagnosis, Project
from projects.operations.diagnoses import DRAFT
from projects.views.base import address, project_or_404, trail_of
from projects.views.drafts import as_posted, typed_data

HAND_OVER = "rendre"


def _mine_or_404(request: HttpRequest, reference: str) -> tuple[Project, PreliminaryDiagnosis]:
    """The diagnosis this person was asked for last; nobody else's exists for them."""
    project = project_or_404(request, reference)
    asked = project.diagnoses.select_related("project__beneficiary").order_by("-pk")
    diagnosis = asked.filter(referrer=request.user.pk).first()
    if diagnosis is None:
        raise Http404
    return project, diagnosis


@require_http_methods(["GET", "POST"])
@access("diagnosis.write")
def diagnosis_write(request: HttpRequest, reference: str) -> HttpResponse:
    """One form on one scroll: save as often as one likes, hand over once."""
    project, diagnosis = _mine_or_404(request, reference)
    try:
        permissions.write_diagnosis(request.user, diagnosis)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("project_diagnosis", reference=reference)
    on = visitor_of(request).on
    draft = Draft.objects.filter(project=project, person_id=request.user.pk, form=DRAFT).first()
    kept = as_posted(draft.data) if draft else None
    data = request.POST if request.method == "POST" else kept
    form = DiagnosisForm(data, instance=diagnosis)
    years = YearsFormSet(data, initial=stored_years(diagnosis, on=on))
    status = 200
    if request.method == "POST":
        status = 422
        # Both are asked, so that every error is shown at once.
        if all([form.is_valid(), years.is_valid()]):
            with refusals_in(form) as outcome:
                return _keep(request, diagnosis, form, years)
            status = outcome.status
    context = {
        "title": f"Diagnostic : {project.beneficiary}",
        "project": project,
        "diagnosis": diagnosis,
        "form": form,
        "years": years,
        "sent": Sent(form, {"Exercice": years}),
        "ratings": [
            (form[f"{criterion}_rating"], form[f"{criterion}_comment"])
            for criterion in operations.RATINGS
        ],
        "draft": draft if request.method == "GET" else None,
        "draft_url": address(project, "diagnosis_draft"),
        "discard_url": address(project, "diagnosis_draft_discard"),
        "open_url": address(project, "diagnosis_open"),
        "file_url": address(project),
        "breadcrumb": trail_of(project, "Mon diagnostic"),
    }
    return render(request, "projects/diagnosis_write.html", context, status=status)


def _keep(
    request: HttpRequest, diagnosis: PreliminaryDiagnosis, form: DiagnosisForm, years: Any
) -> HttpResponse:
    """Save what was written; when it is complete and asked for, hand it over."""
    at = timezone.now()
    operations.save_diagnosis_draft(
        diagnosis_id=diagnosis.pk,
        values=form.cleaned_data,
        years=years.values(),
        by=request.user,
        at=at,
    )
    if HAND_OVER not in request.POST:
        messages.success(request, "Votre diagnostic est enregistré. Il n'est pas encore rendu.")
        return redirect(request.path)
    operations.submit_diagnosis(diagnosis_id=diagnosis.pk, by=request.user, at=at)
    messages.success(request, "Votre diagnostic est rendu. L'opérateur est prévenu, merci.")
    return basin_redirect("project_diagnosis", reference=diagnosis.project.reference)


@require_POST
@access("diagnosis.write")
def diagnosis_open(request: HttpRequest, reference: str) -> HttpResponse:
    """The page tells that it is open: reading it writes nothing by itself."""
    _, diagnosis = _mine_or_404(request, reference)
    return _told_by_the_page(
        lambda: operations.note_opened(
            diagnosis_id=diagnosis.pk, by=request.user, at=timezone.now()
        )
    )


def _told_by_the_page(act: Callable[[], object]) -> HttpResponse:
    """What an open page sends by itself: refused, its reader attempted nothing."""
    try:
        with only_asking():
            act()
    except ActionDenied:
        return HttpResponse(status=409)
    return HttpResponse(status=204)


@require_POST
@access("diagnosis.write")
def diagnosis_draft_discard(request: HttpRequest, reference: str) -> HttpResponse:
    """Forget a draft: the diagnosis is shown as it was last saved."""
    project, _ = _mine_or_404(request, reference)
    operations.discard_draft(project_id=project.pk, form=DRAFT, by=request.user)
    return basin_redirect("diagnosis_write", reference=reference)


@require_POST
@access("diagnosis.write")
def diagnosis_draft(request: HttpRequest, reference: str) -> HttpResponse:
    """Keep what the referrer is typing, as typed."""
    _, diagnosis = _mine_or_404(request, reference)
    return _told_by_the_page(
        lambda: operations.keep_diagnosis_typing(
            diagnosis_id=diagnosis.pk,
            data=typed_data(request),
            by=request.user,
            at=timezone.now(),
        )
    )
