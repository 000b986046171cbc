"""Prepare a convention: its draft, its signers, its text once frozen."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, form_status, refusals_in, refusals_to
from alize.common.screen import Confirmation, Link
from alize.common.words import of
from alize.drafting.answers import as_docx
from basins.homes import visitor_of
from committees.models import Decision
from conventions import documents, operations, permissions, queries
from conventions.forms import DraftForm, SignerMandateForm, VoidForm
from conventions.models import CooperationConvention
from conventions.queries.voiding import deciders_named
from conventions.views.acts import REOPENED, confirmed
from conventions.views.lists import breadcrumb, visible_convention
from projects.queries.visibility import visible_to
from signatures.queries import told_of_the_end
from signatures.rules import CIRCUIT_DAYS


@require_POST
@access("convention.write")
def convention_prepare(request: HttpRequest, decision_reference: str) -> HttpResponse:
    """Préparer la convention : open its draft and go there."""
    seen = visible_to(visitor_of(request)).values("pk")
    decision = get_object_or_404(Decision, reference=decision_reference, project__in=seen)
    try:
        convention = operations.prepare_convention(
            decision_id=decision.pk, by=request.user, at=timezone.now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("convention_list")
    return basin_redirect("convention_detail", reference=convention.reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
def convention_edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Dates and signers of a draft."""
    convention = visible_convention(request, reference)
    form = DraftForm(request.POST or None, convention=convention, signers=convention.signers.all())
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.save_draft(
                convention_id=convention.pk,
                starts_on=form.cleaned_data["starts_on"],
                payment_expected_on=form.cleaned_data.get("payment_expected_on"),
                signers=form.signer_words(),
                mark=form.cleaned_data["mark"],
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, "Les signataires et les dates sont enregistrés.")
            return basin_redirect("convention_detail", reference=reference)
        status = outcome.status
    context = {
        "convention": convention,
        "form": form,
        "breadcrumb": breadcrumb(convention, "Signataires et dates"),
    }
    return render(request, "conventions/edit.html", context, status=status)


def _of_signer(reference: str, **_: int) -> str:
    return basin_reverse("convention_detail", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
@refusals_to(_of_signer)
def signer_mandate(request: HttpRequest, reference: str, signer_id: int) -> HttpResponse:
    """Under what somebody of no partner signs, with the act that says so."""
    convention = visible_convention(request, reference)
    signer = get_object_or_404(convention.signers, pk=signer_id, partner=None)
    permissions.edit(convention)
    form = SignerMandateForm(request.POST or None, request.FILES or None)
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.mandate_signer(
                convention_id=convention.pk,
                signer_id=signer.pk,
                **form.cleaned_data,
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, f"Le mandat {of(signer.name)} est enregistré.")
            return basin_redirect("convention_edit", reference=reference)
        status = outcome.status
    context = {
        "name": signer.name,
        "lead": signer,
        "reference": reference,
        "draft": signer.pk,
        "back_url": basin_reverse("convention_edit", reference=reference),
        "form": form,
        "breadcrumb": breadcrumb(convention, "Mandat"),
    }
    return render(request, "conventions/mandate.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
@refusals_to("convention_detail")
def convention_recompute(request: HttpRequest, reference: str) -> HttpResponse:
    """Read the parties again from the decision and the partners, once what changes is said."""
    convention = visible_convention(request, reference)
    permissions.edit(convention)
    changes = queries.signer_changes(convention, on=timezone.localdate())
    if request.method == "POST":
        operations.recompute_signers(
            convention_id=convention.pk, by=request.user, at=timezone.now()
        )
        messages.success(request, "Les signataires sont recalculés.")
        return basin_redirect("convention_edit", reference=reference)
    if not changes:
        messages.info(request, "Un nouveau calcul ne change rien : les signataires sont à jour.")
        return basin_redirect("convention_edit", reference=reference)
    confirmation = Confirmation(
        title=f"Recalculer les signataires de {convention.reference}",
        effects=changes,
        label="Recalculer les signataires",
        undo="Tant que le texte n'est pas gelé, noms, fonctions et adresses se corrigent encore.",
        back_url=basin_reverse("convention_edit", reference=reference),
    )
    trail = breadcrumb(convention, "Recalculer les signataires")
    return confirmed(request, confirmation, trail)


@require_safe
@access("convention.write")
@refusals_to("convention_detail")
def convention_preview(request: HttpRequest, reference: str) -> HttpResponse:
    """The draft as a PDF marked « PROJET »; nothing is kept."""
    convention = visible_convention(request, reference)
    return HttpResponse(
        documents.preview(convention, on=timezone.localdate()),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{convention.reference}_projet.pdf"'},
    )


@require_safe
@access("convention.write")
def convention_docx(request: HttpRequest, reference: str) -> HttpResponse:
    """A copy of the text for lawyers."""
    convention = visible_convention(request, reference)
    return as_docx(documents.lawyers_copy(convention, on=timezone.localdate()), reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
@refusals_to("convention_detail")
def convention_freeze(request: HttpRequest, reference: str) -> HttpResponse:
    """Geler le texte, after its effects are restated."""
    convention = visible_convention(request, reference)
    if request.method == "POST":
        operations.freeze(convention_id=convention.pk, by=request.user, at=timezone.now())
        messages.success(request, "Le texte est gelé : la convention est prête à signer.")
        return basin_redirect("convention_detail", reference=reference)
    confirmation = Confirmation(
        title=f"Geler la convention {convention.reference}",
        effects=[
            "Le texte, les montants, les dates et les signataires ne changent plus.",
            "Le PDF de la convention et de son annexe est produit et inscrit au registre.",
        ],
        label="Geler le texte",
        undo="Vous pourrez rouvrir le texte pour le corriger, tant que personne ne le signe.",
        back_url=basin_reverse("convention_detail", reference=reference),
    )
    today = timezone.localdate()
    given = set(convention.signers.exclude(mandate="").values_list("pk", flat=True))
    mandated = [one for one in queries.signers_on(convention, on=today) if one.pk in given]
    soon = queries.unready_signers(mandated, until=today + timedelta(days=CIRCUIT_DAYS))
    return _confirm(request, convention, confirmation, "Geler le texte", *soon)


@require_POST
@access("convention.write")
@refusals_to("convention_detail")
def convention_reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Rouvrir le texte, to correct what was frozen."""
    convention = visible_convention(request, reference)
    operations.reopen(convention_id=convention.pk, by=request.user, at=timezone.now())
    messages.success(request, REOPENED)
    return basin_redirect("convention_detail", reference=reference)


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write")
@refusals_to("convention_detail")
def convention_cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Annuler a convention that is not signed, or ask it of what all have signed."""
    convention = visible_convention(request, reference)
    asks = permissions.ask_void.allows(convention, timezone.localdate())
    if asks and not permissions.cancel.allows(convention):
        return _ask_void(request, convention)
    if request.method == "POST":
        operations.cancel(convention_id=convention.pk, by=request.user, at=timezone.now())
        messages.success(request, "La convention est annulée.")
        return basin_redirect("convention_list")
    confirmation = Confirmation(
        title=f"Annuler la convention {convention.reference}",
        effects=[
            "Cette convention ne pourra plus être signée.",
            "La décision du comité demeure : une nouvelle convention pourra être préparée.",
        ],
        told=told_of_the_end(convention.circuit),
        label="Annuler la convention",
        back_url=basin_reverse("convention_detail", reference=reference),
        danger=True,
    )
    return _confirm(request, convention, confirmation, "Annuler")


def _ask_void(request: HttpRequest, convention: CooperationConvention) -> HttpResponse:
    """The reason why what all have signed would be given up before its day."""
    form, who = VoidForm(request.POST or None), deciders_named(convention, on=timezone.localdate())
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.ask_void(
                convention_id=convention.pk,
                by=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        if outcome.accepted:
            messages.success(request, f"{who} reçoit un message pour en décider.")
            return basin_redirect("convention_detail", reference=convention.reference)
        status = outcome.status
    confirmation = Confirmation(
        title=f"Demander l'annulation de {convention.reference}",
        effects=[
            f"Toutes les parties ont signé ; elle prendrait effet le "
            f"{long_date(convention.starts_on)}.",
            f"{who} en décide ; d'ici là, rien ne change.",
        ],
        told=[who],
        label="Demander l'annulation",
        undo="Demandée, elle n'est pas décidée : la convention peut être maintenue.",
        back_url=basin_reverse("convention_detail", reference=convention.reference),
        danger=True,
    )
    trail = breadcrumb(convention, "Demander l'annulation")
    return confirmed(request, confirmation, trail, form=form, status=status)


def _confirm(
    request: HttpRequest,
    convention: CooperationConvention,
    confirmation: Confirmation,
    page: str,
    *others: Link,
) -> HttpResponse:
    remaining = [*queries.remaining(convention, on=timezone.localdate()), *others]
    return confirmed(request, confirmation, breadcrumb(convention, page), remaining=remaining)
