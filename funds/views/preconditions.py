"""What must be there before an advance is paid: added, signed off, waived with a reason."""

from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.http import answered
from alize.common.words import closed
from funds import operations
from funds.forms import MetForm, PreconditionForm, WaiverForm
from funds.models import Advance, Precondition
from funds.views.scope import breadcrumb, visible_advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.prepare")
def precondition_create(request: HttpRequest, reference: str) -> HttpResponse:
    """Ajouter une condition préalable au versement."""
    advance = visible_advance(request, reference=reference)
    return _form(
        request,
        advance,
        PreconditionForm(request.POST or None),
        lambda **typed: operations.add_precondition(advance_id=advance.pk, **typed),
        title="Ajouter une condition préalable",
        lead="Elle bloque tout versement de l'avance jusqu'à ce qu'elle soit remplie.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.prepare")
def precondition_meet(request: HttpRequest, precondition_id: int) -> HttpResponse:
    """Constater qu'une condition préalable est remplie."""
    condition, advance = _condition(request, precondition_id)
    return _form(
        request,
        advance,
        MetForm(request.POST or None, initial={"met_on": timezone.localdate()}),
        lambda **typed: operations.meet_precondition(precondition_id=condition.pk, **typed),
        title="Condition remplie",
        lead=f"{closed(condition.label)} Votre nom et la date restent sur la fiche de l'avance.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@access("payment.prepare")
def precondition_waive(request: HttpRequest, precondition_id: int) -> HttpResponse:
    """Dispenser d'une condition préalable, with a reason that stays."""
    condition, advance = _condition(request, precondition_id)
    return _form(
        request,
        advance,
        WaiverForm(request.POST or None),
        lambda **typed: operations.waive_precondition(precondition_id=condition.pk, **typed),
        title="Dispenser d'une condition",
        lead=f"{closed(condition.label)} Le second signataire financier lira le motif.",
    )


def _condition(request: HttpRequest, precondition_id: int) -> tuple[Precondition, Advance]:
    """The line, when its advance is in scope."""
    condition = get_object_or_404(Precondition, pk=precondition_id)
    return condition, visible_advance(request, pk=condition.advance_id)


def _form(
    request: HttpRequest, advance: Advance, form: Form, act: Any, *, title: str, lead: str
) -> HttpResponse:
    back = basin_reverse("advance_detail", reference=advance.reference)
    return answered(
        request,
        form,
        lambda: act(by=request.user, at=timezone.now(), **form.cleaned_data),
        said="La liste des conditions est à jour.",
        back=back,
        template="funds/form.html",
        context={
            "title": title,
            "lead": lead,
            "label": "Enregistrer",
            "back": back,
            "breadcrumb": breadcrumb(advance, title),
        },
    )
