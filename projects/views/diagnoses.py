"""Le diagnostic : asked by the operator, written by the referrer, judged by the operator."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date, short_date
from alize.common.errors import ActionDenied, Refusal
from alize.common.faults import Sent
from alize.common.http import basin_redirect, refusals_in, refusals_to
from alize.common.permissions import only_asking
from alize.common.screen import Action, Badge, Confirmation, Definition, Link
from basins.access import allows
from basins.homes import Visitor, visitor_of
from projects import documents, operations, permissions, queries
from projects.forms.diagnoses import (
    ComplementForm,
    DiagnosisForm,
    RequestForm,
    YearsFormSet,
    stored_years,
)
from projects.models import Draft, PreliminaryDiagnosis, Project
from projects.operations.diagnoses import DRAFT
from projects.screen import diagnosis_texts, ratings_of
from projects.views.base import (
    address,
    file_context,
    project_or_404,
    trail_of,
)
from projects.views.drafts import as_posted, typed_data

HAND_OVER = "rendre"


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


# -- The referrer writes --------------------------------------------------------------------------
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


# -- The operator judges --------------------------------------------------------------------------
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
