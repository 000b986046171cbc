"""The end of a project or of its support, its return, and its sheet."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.http import answered, basin_redirect, refusals_to
from alize.common.money import format_euros
from alize.common.permissions import Check
from alize.common.screen import Confirmation, Definition
from basins.access import allows
from projects import documents, operations, permissions
from projects.enums import SUPPORTED
from projects.follow_up import screen as follow_up
from projects.forms.contacts import BalanceForm, EndForm
from projects.models import Project
from projects.owing import owed_by
from projects.views.base import address, project_or_404, trail_of

OWNER_HEARS = "Le dirigeant l'apprend de vous : aucun courrier ne lui est envoyé."


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_drop(request: HttpRequest, reference: str) -> HttpResponse:
    """Classer sans suite : it can be taken up again later."""
    project = project_or_404(request, reference)
    context = {
        "title": "Classer sans suite",
        "lead": "Le dossier quitte les contacts en cours ; vous pourrez le reprendre.",
        "label": "Classer sans suite",
    }
    return _end(
        request,
        project,
        check=permissions.drop,
        act=operations.drop,
        template="projects/ask.html",
        context=context,
        done="Le dossier est classé sans suite.",
    )


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Enregistrer un retrait : it cannot be undone, so the page says what it does."""
    project = project_or_404(request, reference)
    confirmation = Confirmation(
        title="Enregistrer le retrait du dossier",
        facts=(
            Definition("Dossier", project.reference),
            Definition("Entreprise", project.beneficiary.name),
            Definition("État", project.get_status_display()),
        ),
        effects=(
            "Le dossier est retiré : il ne passera pas en comité.",
            "Un diagnostic en cours est abandonné.",
            "Pour demander de nouveau, l'entreprise ouvrira un autre dossier.",
        ),
        label="Enregistrer le retrait",
        back_url=address(project),
        danger=True,
    )
    return _end(
        request,
        project,
        check=permissions.withdraw,
        act=operations.withdraw,
        template="projects/confirm.html",
        context={"confirmation": confirmation, "title": confirmation.title},
        done="Le retrait est enregistré.",
    )


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_close(request: HttpRequest, reference: str) -> HttpResponse:
    """Clore l'accompagnement : its balance is written on what the reviews have seen (R35)."""
    project = project_or_404(request, reference)
    effects = [
        "Le dossier est clos, avec son bilan : il ne se rouvre plus.",
        "L'entreprise est encore observée jusqu'à M+36 par son mandataire.",
        OWNER_HEARS,
        *_owed(project),
    ]
    return _end_support(
        request,
        project,
        title="Clore l'accompagnement",
        effects=effects,
        check=permissions.close_support,
        act=operations.close_support,
        form_class=BalanceForm,
        done="Le bilan est fait : l'accompagnement est clos.",
    )


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_interrupt(request: HttpRequest, reference: str) -> HttpResponse:
    """Interrompre l'accompagnement : the page says what stops, and what stays owed."""
    project = project_or_404(request, reference)
    effects = [
        "L'accompagnement s'arrête aujourd'hui : il ne reprend plus.",
        "Plus aucun point de suivi n'est demandé au mandataire, ni aucun avis au dirigeant.",
        "Ce qui n'a pas encore été versé de son avance ne le sera pas.",
        OWNER_HEARS,
        *_owed(project),
    ]
    return _end_support(
        request,
        project,
        title="Interrompre l'accompagnement",
        effects=effects,
        check=permissions.interrupt_support,
        act=operations.interrupt_support,
        done="L'accompagnement est interrompu.",
    )


def _owed(project: Project) -> list[str]:
    owed = owed_by(project)
    if not owed:
        return []
    return [f"Il reste {format_euros(owed)} à rembourser : l'échéancier et ses rappels continuent."]


def _end_support(
    request: HttpRequest,
    project: Project,
    *,
    title: str,
    effects: Sequence[str],
    **ending: Any,
) -> HttpResponse:
    """What the support gave so far, what its end does, who is told, then the words asked."""
    today = timezone.localdate()
    facts = [
        Definition("Dossier", project.reference),
        Definition("Entreprise", project.beneficiary.name),
    ]
    told = []
    if project.status in SUPPORTED:
        facts += follow_up.seen_of(project, on=today)
        watchers = operations.watchers(project, on=today)
        told = [*(str(one) for one in watchers if one.pk != request.user.pk), "ASTREES"]
    confirmation = Confirmation(
        title=title,
        facts=facts,
        effects=effects,
        told=told,
        label=title,
        back_url=address(project),
        danger=True,
    )
    context = {"confirmation": confirmation, "title": title}
    return _end(request, project, template="projects/confirm.html", context=context, **ending)


def _end(
    request: HttpRequest,
    project: Project,
    *,
    check: Check,
    act: Callable[..., Project],
    template: str,
    context: dict,
    done: str,
    form_class: type[EndForm] | type[BalanceForm] = EndForm,
) -> HttpResponse:
    """Ask why, or what it gave, then end the project."""
    if request.method != "POST" and not check.allows(project):
        messages.error(request, check.why_not(project))
        return basin_redirect("project_detail", reference=project.reference)
    form, page = form_class(request.POST or None), address(project)
    return answered(
        request,
        form,
        lambda: act(project_id=project.pk, by=request.user, at=timezone.now(), **form.said()),
        said=done,
        back=page,
        template=template,
        context=context
        | {
            "project": project,
            "back_url": page,
            "breadcrumb": trail_of(project, context["title"]),
        },
    )


@require_POST
@access("project.write")
@refusals_to("project_detail")
def project_resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Reprendre un dossier ajourné, refusé ou classé sans suite."""
    project = project_or_404(request, reference)
    operations.resume(project_id=project.pk, by=request.user, at=timezone.now())
    messages.success(request, "Le dossier est repris.")
    return basin_redirect("project_detail", reference=reference)


@require_POST
@access("project.write")
@refusals_to("project_detail")
def project_take_over(request: HttpRequest, reference: str) -> HttpResponse:
    """Suivre le dossier à la place d'un opérateur parti ou déporté."""
    project = project_or_404(request, reference)
    operations.take_over(project_id=project.pk, by=request.user, at=timezone.now())
    messages.success(request, "Vous suivez désormais ce dossier.")
    return basin_redirect("project_detail", reference=reference)


@require_http_methods(["GET", "POST"])
@access("project.write")
def project_sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """Fiche projet : asked for, laid out by the worker, then downloaded."""
    project = project_or_404(request, reference)
    if request.method == "POST":
        operations.ask_sheet(project_id=project.pk, by=request.user, at=timezone.now())
        return redirect(request.path)
    context = {
        "project": project,
        "sheet": documents.sheet_state(project),
        "back_url": address(project),
        "writes": allows(request.roles, "project.write"),
        "breadcrumb": trail_of(project, "Fiche projet"),
    }
    return render(request, "projects/sheet.html", context)
