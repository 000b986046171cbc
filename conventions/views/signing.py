"""The signature outside the tool, and its scan."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access
from alize.common.http import basin_redirect, basin_reverse, refusals_in
from alize.common.money import format_euros
from alize.common.screen import Confirmation
from alize.documents.views import serve
from conventions import operations, permissions, queries
from conventions.enums import ConventionStatus
from conventions.forms import SignedForm
from conventions.models import CooperationConvention
from conventions.views.drafts import told
from conventions.views.lists import breadcrumb, visible_convention
from funds.models import Advance


@require_http_methods(["GET", "HEAD", "POST"])
@access("convention.write", fresh=True)
def convention_signed(request: HttpRequest, reference: str) -> HttpResponse:
    """Marquer comme signée hors de l'outil, after its effects are restated."""
    convention = visible_convention(request, reference)
    form = SignedForm(request.POST or None, request.FILES or None, signers=convention.signers.all())
    status = 200
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            operations.record_signed(
                convention_id=convention.pk,
                signed_on=form.cleaned_data["signed_on"],
                scan=form.cleaned_data["scan"],
                signer_dates=form.signer_dates(),
                by=request.user,
                at=timezone.now(),
            )
        if outcome.accepted:
            messages.success(request, "La convention est signée : l'entreprise est labellisée.")
            return basin_redirect("convention_detail", reference=reference)
        status = outcome.status
    elif request.method != "POST" and not permissions.record_signed.allows(convention):
        _say_why(request, convention)
        return basin_redirect("convention_detail", reference=reference)
    context = {
        "confirmation": _confirmation(convention),
        "form": form,
        "breadcrumb": breadcrumb(convention, "Signée hors de l'outil"),
    }
    return render(request, "conventions/confirm.html", context, status=status)


def _say_why(request: HttpRequest, convention: CooperationConvention) -> None:
    if convention.status == ConventionStatus.SIGNED:
        messages.info(request, "Cette convention est déjà marquée comme signée par tous.")
    elif convention.status == ConventionStatus.DRAFT:
        messages.error(request, "Gelez le texte avant de recueillir les signatures.")
    else:
        left = ", ".join(link.label for link in queries.remaining(convention))
        messages.error(request, f"Il reste à faire : {left}." if left else "Convention annulée.")


def _confirmation(convention: CooperationConvention) -> Confirmation:
    company = convention.project.beneficiary.name
    effects = [
        f"{company} est labellisée : son dossier passe en accompagnement.",
        "Le calendrier des points de suivi est ouvert et le mandataire reçoit sa mission.",
    ]
    advance = Advance.objects.filter(decision_id=convention.decision_id).first()
    if advance is not None:
        effects.append(
            f"L'avance {advance.reference} de {format_euros(advance.granted_amount)} est "
            "conventionnée : son versement peut être préparé."
        )
    lead = convention.project.follow_up_lead
    people = told(convention)
    if lead is not None and not any(lead.full_name in line for line in people):
        people.append(f"{lead.full_name}, mandataire")
    return Confirmation(
        title="Marquer comme signée hors de l'outil",
        effects=effects,
        told=people,
        label="Confirmer la signature de tous",
        back_url=basin_reverse("convention_detail", reference=convention.reference),
    )


@require_safe
@access("convention.read")
def convention_scan(request: HttpRequest, reference: str) -> HttpResponse:
    """The signed copy that the operator uploaded."""
    convention = visible_convention(request, reference)
    if convention.scan is None or not queries.reads_text(request.roles):
        raise Http404
    return serve(convention.scan, request)
