"""A repayment undone: the operator asks, the second signatory decides (SD11)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from alize.common.access import access
from alize.common.dates import long_date
from alize.common.errors import Refusal
from alize.common.http import basin_redirect, basin_reverse, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Confirmation, Definition
from funds import operations, permissions
from funds.forms import ReversalForm
from funds.models import Movement, Reversal
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("repayment.record")
def repayment_reverse(request: HttpRequest, movement_id: int) -> HttpResponse:
    """Demander l'annulation d'un remboursement, with a reason, after its effects are restated."""
    movement = get_object_or_404(Movement, pk=movement_id)
    advance = visible_advance(request, pk=movement.advance_id)
    form = ReversalForm(request.POST or None, initial={"value_on": movement.value_on})
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.propose_reversal(
                movement_id=movement.pk, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        if outcome.accepted:
            messages.success(
                request, "L'annulation est demandée : le second signataire financier la décide."
            )
            return basin_redirect("advance_detail", reference=advance.reference)
        status = outcome.status
    elif request.method != "POST":
        try:
            permissions.propose_reversal(movement)
        except Refusal as refusal:
            messages.error(request, refusal.reason)
            return basin_redirect("advance_detail", reference=advance.reference)
    confirmation = Confirmation(
        title="Demander l'annulation d'un remboursement",
        facts=_repayment(movement),
        effects=[
            "Rien ne change avant la décision du second signataire financier.",
            "S'il accepte, une écriture inverse du même montant est inscrite ; "
            "la première reste visible.",
        ],
        label="Demander l'annulation",
        back_url=basin_reverse("advance_detail", reference=advance.reference),
    )
    context = {
        "confirmation": confirmation,
        "form": form,
        "breadcrumb": breadcrumb(advance, "Demander une annulation"),
    }
    return render(request, "funds/confirm.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@access("reversal.decide", fresh=True)
def reversal_approve(request: HttpRequest, reversal_id: int) -> HttpResponse:
    """Annuler le remboursement, after the request and its effects are restated."""
    reversal = _reversal(request, reversal_id)
    advance = reversal.movement.advance
    try:
        if request.method == "POST":
            operations.approve_reversal(reversal_id=reversal.pk, by=request.user, at=timezone.now())
            messages.success(request, "Le remboursement est annulé par une écriture inverse.")
            return basin_redirect("advance_detail", reference=advance.reference)
        permissions.decide_reversal(reversal, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.reason)
        return basin_redirect("advance_detail", reference=advance.reference)
    confirmation = Confirmation(
        title="Annuler un remboursement",
        facts=[
            *_repayment(reversal.movement),
            Definition("Date de l'annulation", long_date(reversal.value_on)),
            Definition("Demandée par", reversal.proposed_by.full_name),
            Definition("Motif", reversal.reason),
        ],
        effects=[
            "Une écriture inverse du même montant est inscrite ; la première reste visible.",
            "Le montant redevient dû, et l'échéance correspondante avec lui.",
        ],
        label="Annuler le remboursement",
        back_url=basin_reverse("advance_detail", reference=advance.reference),
        danger=True,
    )
    context = {
        "confirmation": confirmation,
        "refuse_url": basin_reverse("reversal_refuse", reversal_id=reversal.pk),
        "breadcrumb": breadcrumb(advance, "Annuler un remboursement"),
    }
    return render(request, "funds/reversal.html", context)


@require_POST
@access("reversal.decide")
def reversal_refuse(request: HttpRequest, reversal_id: int) -> HttpResponse:
    """Refuser l'annulation : the repayment stays."""
    reversal = _reversal(request, reversal_id)
    try:
        operations.refuse_reversal(reversal_id=reversal.pk, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, refusal.reason)
    else:
        messages.success(request, "L'annulation est refusée : le remboursement reste inscrit.")
    return basin_redirect("advance_detail", reference=reversal.movement.advance.reference)


def _reversal(request: HttpRequest, reversal_id: int) -> Reversal:
    """The request, when its advance is in scope."""
    reversal = get_object_or_404(
        Reversal.objects.select_related("movement__advance__project__beneficiary", "proposed_by"),
        pk=reversal_id,
    )
    visible_advance(request, pk=reversal.movement.advance_id)
    return reversal


def _repayment(movement: Movement) -> list[Definition]:
    return [
        Definition("Entreprise", movement.advance.project.beneficiary.name),
        Definition("Montant", format_euros(movement.amount), number=True),
        Definition("Date de valeur", long_date(movement.value_on)),
    ]
