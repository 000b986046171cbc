"""Le diagnostic : where it stands, what it says; asked of a referrer by the operator."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.http import basin_redirect, refusals_in
from alize.common.screen import Action, Badge, Definition, Link
from basins.access import allows
from basins.homes import Visitor, visitor_of
from projects import documents, operations, permissions, queries
from projects.diagnosis_screen import diagnosis_texts, ratings_of
from projects.forms.diagnoses import RequestForm
from projects.models import PreliminaryDiagnosis, Project
from projects.views.base import address, file_context, project_or_404, trail_of


@require_safe
@access("diagnosis.read")
def project_diagnosis(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the diagnosis stands; what it says, to those who may read it already."""
    project = project_or_404(request, reference)
    visitor = visitor_of(request)
    diagnosis = queries.diagnosis_of(project)
    context = file_context(request, project, tab="diagnostic")
    context["breadcrumb"] = trail_of(project, "Diagnostic")
    context["diagnosis"] = diagnosis
    if diagnosis is not None:
        context |= _tracking(diagnosis, visitor)
        if queries.may_read_diagnosis(visitor, diagnosis):
            context |= {
                "readable": True,
                "texts": diagnosis_texts(diagnosis),
                "ratings": ratings_of(diagnosis),
                "years": diagnosis.years.all(),
            }
        context["actions"] = _actions(request, project, diagnosis)
    return render(request, "projects/diagnosis.html", context)


def _tracking(diagnosis: PreliminaryDiagnosis, visitor: Visitor) -> dict[str, Any]:
    """Where the diagnosis stands, who has it, until when."""
    tracking = queries.tracking_of(diagnosis, on=visitor.on)
    late = not diagnosis.submitted_at and diagnosis.due_on < visitor.on
    badge = Badge("En cours", "info")
    if diagnosis.validated_at:
        badge = Badge("Validé", "done")
    elif diagnosis.submitted_at:
        badge = Badge("À valider", "attention")
    elif late:
        badge = Badge("En retard", "late")
    facts = [
        Definition("Prescripteur", f"{diagnosis.referrer}, {diagnosis.partner}"),
        Definition("Demandé le", short_date(timezone.localdate(diagnosis.asked_at))),
        Definition("À rendre le", long_date(diagnosis.due_on)),
        Definition("Question posée", diagnosis.question or "Aucune"),
    ]
    if diagnosis.conflict_reason:
        facts.append(Definition("Même groupe que l'entreprise", diagnosis.conflict_reason))
    if diagnosis.complement:
        facts.append(Definition("Complément demandé", diagnosis.complement))
        asked_again = timezone.localdate(diagnosis.complement_at)
        facts.append(Definition("Complément demandé le", short_date(asked_again)))
    if tracking.reminded_on:
        facts.append(Definition("Relancé le", long_date(tracking.reminded_on)))
    if tracking.next_reminder:
        facts.append(Definition("Prochaine relance", long_date(tracking.next_reminder)))
    return {
        "tracking": tracking,
        "state": badge,
        "facts": facts,
        "waiting": "Vous le lirez ici dès qu'il sera validé."
        if diagnosis.submitted_at
        else "Le prescripteur n'a pas encore rendu son diagnostic.",
        "document": documents.diagnosis_downloads(diagnosis),
    }


def _actions(
    request: HttpRequest, project: Project, diagnosis: PreliminaryDiagnosis
) -> dict[str, Action]:
    """What this person may do with the diagnosis now."""
    actions: dict[str, Action] = {}
    if permissions.write_diagnosis.allows(request.user, diagnosis):
        actions["write"] = Action(
            "Faire le diagnostic", address(project, "diagnosis_write"), "pencil"
        )
    if not allows(request.roles, "diagnosis.request"):
        return actions
    if permissions.judge_diagnosis.allows(diagnosis):
        actions["validate"] = Action(
            "Valider le diagnostic", address(project, "diagnosis_validate"), "check2"
        )
        actions["complement"] = Action(
            "Demander un complément", address(project, "diagnosis_complement")
        )
    elif permissions.request_diagnosis.allows(project, unfinished=()):
        actions["reassign"] = Action(
            "Confier à quelqu'un d'autre", address(project, "diagnosis_request")
        )
    return actions


@require_http_methods(["GET", "POST"])
@access("diagnosis.request")
def diagnosis_request(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose the referrer, the date and the question."""
    project = project_or_404(request, reference)
    on = visitor_of(request).on
    candidates = queries.candidates_for(project, on=on)
    form = RequestForm(request.POST or None, candidates=candidates, on=on)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            with refusals_in(form) as outcome:
                values = dict(form.cleaned_data)
                diagnosis = operations.request_diagnosis(
                    project_id=project.pk,
                    contact_id=int(values.pop("contact")),
                    **values,
                    by=request.user,
                    at=timezone.now(),
                )
                messages.success(
                    request,
                    f"Le diagnostic est demandé à {diagnosis.referrer}, "
                    f"pour le {short_date(diagnosis.due_on)}.",
                )
                return basin_redirect("project_diagnosis", reference=reference)
            status = outcome.status
    current = queries.diagnosis_of(project)
    context = {
        "project": project,
        "form": form,
        "candidates": candidates,
        "conflicts": any(candidate.conflict for candidate in candidates),
        "current": current,
        "reassigning": f"{current.referrer} ne sera plus prescripteur de ce dossier."
        if current
        else "",
        "partners_link": Link("Voir les partenaires", basin_reverse("partner_list")),
        "unfinished": [one for one in queries.sections_of(project) if one.missing],
        "breadcrumb": trail_of(project, "Demander le diagnostic"),
        "back_url": address(project),
    }
    return render(request, "projects/diagnosis_request.html", context, status=status)
