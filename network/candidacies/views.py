"""Ouvrir un bassin : the candidacies, their steps, the word of the national committee (A3)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.errors import Refusal
from alize.common.http import answered, form_status, refusals_in
from alize.common.screen import Action, Confirmation, Link
from basins.access import allows
from conventions.rules.partnership import years_of
from network.candidacies import cards, operations, permissions, queries, screen, spaces
from network.candidacies.forms import (
    STAGES,
    BeginningForm,
    DecisionForm,
    GroupedForm,
    PartnerForm,
    SubmissionForm,
    WithdrawalForm,
)
from network.candidacies.models import Candidacy
from network.candidacies.steps import address
from network.views import navigation

ANSWERS = ["GET", "HEAD", "POST"]


def found(candidacy_id: int) -> Candidacy:
    """The candidacy of an address.

    :raises Http404: there is none.
    """
    return get_object_or_404(queries.candidacies(), pk=candidacy_id)


def _home(candidacy: Candidacy) -> HttpResponse:
    return redirect("candidacy_detail", candidacy_id=candidacy.pk)


def _around(request: HttpRequest, candidacy: Candidacy | None, label: str = "") -> dict[str, Any]:
    """What every page of a candidacy has around it."""
    trail = [
        Link("Tour de contrôle", reverse("national_home")),
        Link("Candidatures", reverse("candidacy_list")),
    ]
    if candidacy is not None:
        page = address("candidacy_detail", candidacy)
        trail.append(Link(f"Bassin {candidacy.basin.name}", page if label else ""))
    if label:
        trail.append(Link(label, ""))
    return {"nav_items": navigation(request, "candidacy_list"), "breadcrumb": trail}


@require_safe
@access("candidacy.read")
def candidacy_list(request: HttpRequest) -> HttpResponse:
    """The territories that are or were candidates."""
    begin = Action("Ouvrir un bassin", reverse("candidacy_begin"), "plus-lg")
    context = {
        "nav_items": navigation(request),
        "breadcrumb": [
            Link("Tour de contrôle", reverse("national_home")),
            Link("Candidatures", ""),
        ],
        "cards": [cards.card(candidacy) for candidacy in queries.candidacies()],
        "begin": begin if allows(request.roles, "candidacy.write") else None,
    }
    return render(request, "network/candidacies/list.html", context)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidacy_begin(request: HttpRequest) -> HttpResponse:
    """Begin a candidacy: a name and an address are enough."""
    form = BeginningForm(request.POST or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            candidacy = operations.open_candidacy(
                **form.cleaned_data, by=request.user, at=timezone.now()
            )
            return _home(candidacy)
        status = outcome.status
    return _form(
        request,
        form,
        title="Ouvrir un bassin",
        lead="Un nom et une adresse suffisent pour commencer ; tout le reste se complète ensuite.",
        label="Commencer la candidature",
        status=status,
    )


def _form(
    request: HttpRequest,
    form: GroupedForm,
    *,
    title: str,
    candidacy: Candidacy | None = None,
    lead: str = "",
    label: str = "Enregistrer",
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    back = address("candidacy_detail", candidacy) if candidacy else reverse("candidacy_list")
    context |= _around(request, candidacy, title) | {
        "form": form,
        "title": title,
        "lead": lead,
        "label": label,
        "reference": str(candidacy) if candidacy else "",
        "back_url": back,
    }
    return render(request, "network/candidacies/form.html", context, status=status)


@require_safe
@access("candidacy.read")
def candidacy_detail(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """One candidacy: its steps, what each says and lacks, what the committee said."""
    candidacy = found(candidacy_id)
    writes = allows(request.roles, "candidacy.write")
    context = _around(request, candidacy) | {
        "candidacy": candidacy,
        "screen": screen.candidacy_screen(candidacy, request.user, writes=writes),
    }
    return render(request, "network/candidacies/detail.html", context)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidacy_edit(request: HttpRequest, candidacy_id: int, stage: str) -> HttpResponse:
    """One step of a candidacy; what is missing is said on its page."""
    candidacy = found(candidacy_id)
    if stage not in STAGES:
        raise Http404
    if request.method != "POST" and not permissions.edit.allows(candidacy):
        return _closed(request, candidacy, permissions.edit.why_not(candidacy))
    form = STAGES[stage](request.POST or None, request.FILES or None, candidacy=candidacy)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_stage(
                candidacy_id=candidacy.pk,
                values=form.values(),
                record=form.cleaned_data.get("record"),
                mark=form.cleaned_data["mark"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"« {form.title} » : c'est enregistré.")
            return _home(candidacy)
        status = outcome.status
    return _form(request, form, title=form.title, candidacy=candidacy, status=status)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidate_partner_add(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """Ajouter un partenaire to a candidacy."""
    return _partner(request, found(candidacy_id), None)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidate_partner_edit(
    request: HttpRequest, candidacy_id: int, partner_id: int
) -> HttpResponse:
    """Correct a partner of a candidacy, or what it would bring."""
    candidacy = found(candidacy_id)
    get_object_or_404(candidacy.partners, pk=partner_id)
    return _partner(request, candidacy, partner_id)


def _closed(request: HttpRequest, candidacy: Candidacy, reason: str) -> HttpResponse:
    """A form that would be refused is not offered: the reason is said instead."""
    messages.error(request, reason)
    return _home(candidacy)


def _partner(request: HttpRequest, candidacy: Candidacy, partner_id: int | None) -> HttpResponse:
    if request.method != "POST" and not permissions.edit.allows(candidacy):
        return _closed(request, candidacy, permissions.edit.why_not(candidacy))
    partner = next((one for one in candidacy.partners.all() if one.pk == partner_id), None)
    years = years_of(candidacy.starts_on) if candidacy.starts_on else None
    form = PartnerForm(request.POST or None, partner=partner, years=years)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_partner(
                candidacy_id=candidacy.pk,
                partner_id=partner_id,
                values=form.values(),
                pledges=form.pledges(),
                mark=form.cleaned_data["mark"],
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"{form.cleaned_data['name']} : c'est enregistré.")
            return _home(candidacy)
        status = outcome.status
    remove = None
    if partner is not None and permissions.edit.allows(candidacy):
        url = address("candidate_partner_remove", candidacy, partner_id=partner.pk)
        remove = Action("Retirer de la candidature", url, "trash", post=True)
    return _form(
        request,
        form,
        title=partner.name if partner else "Ajouter un partenaire",
        candidacy=candidacy,
        lead="Rien n'est obligatoire que son nom et sa nature : le reste se complète ensuite.",
        status=status,
        others=[remove] if remove else [],
    )


@require_POST
@access("candidacy.write")
def candidate_partner_remove(
    request: HttpRequest, candidacy_id: int, partner_id: int
) -> HttpResponse:
    """Retirer a partner of a candidacy."""
    candidacy = found(candidacy_id)
    partner = get_object_or_404(candidacy.partners, pk=partner_id)
    try:
        operations.remove_partner(
            candidacy_id=candidacy.pk, partner_id=partner.pk, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, f"{partner.name} ne fait plus partie de la candidature.")
    return _home(candidacy)


@require_safe
@access("candidacy.read")
def candidacy_space(request: HttpRequest, candidacy_id: int) -> JsonResponse:
    """Whether the space is still being made, asked every few seconds."""
    stand = spaces.space_of(found(candidacy_id)).stand
    return JsonResponse({"is_under_way": stand is spaces.Stand.UNDER_WAY})


@require_POST
@access("candidacy.write")
def candidacy_resume(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """Relancer la création of the space, after it failed."""
    candidacy = found(candidacy_id)
    try:
        spaces.take_up(candidacy_id=candidacy.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "La création de l'espace reprend.")
    return _home(candidacy)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidacy_submit(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """Soumettre au comité national, after its effects are restated."""
    candidacy = found(candidacy_id)
    if not permissions.submit.allows(candidacy, queries.gaps(candidacy)) and (
        request.method != "POST"
    ):
        messages.error(request, "La candidature ne peut pas être soumise : voyez ce qui reste.")
        return _home(candidacy)
    form = SubmissionForm(request.POST or None)

    def submit() -> None:
        operations.submit(
            candidacy_id=candidacy.pk,
            meeting_on=form.cleaned_data["meeting_on"],
            by=request.user,
            at=timezone.now(),
        )

    confirmation = Confirmation(
        title=f"Soumettre la candidature du bassin {candidacy.basin.name}",
        effects=[
            "Ce que dit la candidature ne change plus, sauf si le comité national reporte sa "
            "décision.",
            "Le dossier de candidature est produit en PDF, avec sa référence.",
        ],
        label="Soumettre",
        back_url=address("candidacy_detail", candidacy),
    )
    said = "La candidature est soumise au comité national."
    return _confirmed(request, candidacy, form, submit, said, "Soumettre", confirmation)


@require_http_methods(ANSWERS)
@access("candidacy.write")
def candidacy_withdraw(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """Retirer a candidacy, with the reason, after its effects are restated."""
    candidacy = found(candidacy_id)
    if request.method != "POST" and not permissions.withdraw.allows(candidacy):
        messages.error(request, "Cette candidature ne se retire plus.")
        return _home(candidacy)
    form = WithdrawalForm(request.POST or None)

    def withdraw() -> None:
        operations.withdraw(
            candidacy_id=candidacy.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    confirmation = Confirmation(
        title=f"Retirer la candidature du bassin {candidacy.basin.name}",
        effects=[
            "Le comité national ne se prononcera pas ; ce qui est saisi reste lisible ici.",
            "L'adresse du bassin peut servir à une autre candidature.",
        ],
        label="Retirer la candidature",
        back_url=address("candidacy_detail", candidacy),
        danger=True,
    )
    said = "La candidature est retirée."
    return _confirmed(request, candidacy, form, withdraw, said, "Retirer", confirmation)


@require_http_methods(ANSWERS)
@access("candidacy.write", fresh=True)
def candidacy_decide(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """Enregistrer la décision of the national committee, after its effects are restated."""
    candidacy = found(candidacy_id)
    if request.method != "POST" and not permissions.decide.allows(candidacy, request.user):
        return _closed(request, candidacy, permissions.decide.why_not(candidacy, request.user))
    form = DecisionForm(
        request.POST or None, request.FILES or None, meeting_on=candidacy.meeting_on
    )

    def decide() -> None:
        operations.decide(
            candidacy_id=candidacy.pk,
            **form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        )

    confirmation = Confirmation(
        title=f"Décision du comité national sur le bassin {candidacy.basin.name}",
        effects=[
            "Accepté, le territoire est validé et la création de son espace commence aussitôt.",
            "Reportée, la candidature peut être complétée et soumise de nouveau.",
            "Refusé, le territoire n'est plus candidat.",
            "La décision est produite en PDF, avec sa référence.",
        ],
        told=[
            f"{queries.representative(candidacy)}, {candidacy.operator_name}, quand l'espace d'un "
            "territoire accepté est ouvert"
        ],
        label="Enregistrer la décision",
        back_url=address("candidacy_detail", candidacy),
    )
    said = "La décision du comité national est enregistrée."
    return _confirmed(request, candidacy, form, decide, said, "Décision", confirmation)


def _confirmed(
    request: HttpRequest,
    candidacy: Candidacy,
    form: Form,
    act: Callable[[], None],
    said: str,
    page: str,
    confirmation: Confirmation,
) -> HttpResponse:
    """An act on a candidacy whose effects are restated, which goes back to the candidacy."""
    return answered(
        request,
        form,
        act,
        said=said,
        back=address("candidacy_detail", candidacy),
        template="network/confirm.html",
        context=_around(request, candidacy, page) | {"confirmation": confirmation},
    )
