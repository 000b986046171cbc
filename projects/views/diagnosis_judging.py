"""Le diagnostic : handed over, the operator validates it or asks for a complement."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, refusals_in, refusals_to
from alize.common.screen import Confirmation, Definition
from projects import operations, permissions, queries
from projects.forms.diagnoses import ComplementForm
from projects.models import PreliminaryDiagnosis
from projects.views.base import address, project_or_404, trail_of


def _standing_or_404(request: HttpRequest, reference: str) -> PreliminaryDiagnosis:
    diagnosis = queries.diagnosis_of(project_or_404(request, reference))
    if diagnosis is None:
        raise Http404
    return diagnosis


@require_http_methods(["GET", "HEAD", "POST"])
@access("diagnosis.request")
@refusals_to("project_diagnosis")
def diagnosis_validate(request: HttpRequest, reference: str) -> HttpResponse:
    """Valider, after its effects are restated: the project is ready for the committee."""
    diagnosis = _standing_or_404(request, reference)
    if request.method == "POST":
        operations.validate_diagnosis(diagnosis_id=diagnosis.pk, by=request.user, at=timezone.now())
        messages.success(request, "Le diagnostic est validé : le dossier est prêt pour le comité.")
        return basin_redirect("project_detail", reference=reference)
    permissions.judge_diagnosis(diagnosis)
    project = diagnosis.project
    confirmation = Confirmation(
        title="Valider le diagnostic",
        facts=[
            Definition("Prescripteur", f"{diagnosis.referrer}, {diagnosis.partner}"),
            Definition("Avis", diagnosis.get_opinion_display()),
        ],
        effects=[
            f"Le dossier {reference} est prêt pour le comité.",
            "Le comité lit ce diagnostic : il ne se complète plus et ne se confie plus à personne.",
        ],
        label="Valider le diagnostic",
        back_url=address(project, "project_diagnosis"),
    )
    context = {
        "confirmation": confirmation,
        "breadcrumb": trail_of(project, "Valider le diagnostic"),
    }
    return render(request, "projects/confirm.html", context)


@require_http_methods(["GET", "POST"])
@access("diagnosis.request")
def diagnosis_complement(request: HttpRequest, reference: str) -> HttpResponse:
    """Demander un complément to the referrer."""
    diagnosis = _standing_or_404(request, reference)
    project = diagnosis.project
    try:
        permissions.judge_diagnosis(diagnosis)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("project_diagnosis", reference=reference)
    form = ComplementForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with refusals_in(form) as outcome:
                operations.ask_complement(
                    diagnosis_id=diagnosis.pk,
                    message=form.cleaned_data["message"],
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(request, f"{diagnosis.referrer} est prévenu.")
                return basin_redirect("project_diagnosis", reference=reference)
            status = outcome.status
    context = {
        "title": "Demander un complément",
        "lead": f"{diagnosis.referrer} reprend son diagnostic et le rend à nouveau.",
        "form": form,
        "label": "Envoyer la demande",
        "project": project,
        "back_url": address(project, "project_diagnosis"),
        "breadcrumb": trail_of(project, "Demander un complément"),
    }
    return render(request, "projects/ask.html", context, status=status)
