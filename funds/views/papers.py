"""The papers of an advance, made on request and kept: its account, the proof that it is settled."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from alize.common.access import access
from alize.common.addresses import basin_reverse
from alize.common.dates import parse_french_date
from alize.common.http import basin_redirect, refusals_to
from alize.documents.models import GeneratedDocument
from funds import operations
from funds.views.scope import visible_advance


@require_POST
@access("paper.issue")
@refusals_to("advance_detail")
def statement_issue(request: HttpRequest, reference: str) -> HttpResponse:
    """Le relevé de compte, on the day that the page shows."""
    advance = visible_advance(request, reference=reference)
    try:
        on = parse_french_date(request.POST.get("au", ""))
    except ValueError:
        on = timezone.localdate()
    document = operations.issue_statement(
        advance_id=advance.pk, on=on, by=request.user, at=timezone.now()
    )
    return basin_redirect("document_download", document_id=document.pk)


@require_POST
@access("paper.issue")
@refusals_to("advance_detail")
def settlement_certificate(request: HttpRequest, reference: str) -> HttpResponse:
    """L'attestation de solde, once everything came back."""
    advance = visible_advance(request, reference=reference)
    document = operations.issue_settlement_certificate(
        advance_id=advance.pk, by=request.user, at=timezone.now()
    )
    return basin_redirect("document_download", document_id=document.pk)


@require_POST
@access("paper.issue")
@refusals_to(lambda reference, document_id: basin_reverse("advance_detail", reference=reference))
def paper_send(request: HttpRequest, reference: str, document_id: int) -> HttpResponse:
    """Envoyer un document à l'entreprise, by a link of its own."""
    advance = visible_advance(request, reference=reference)
    paper = get_object_or_404(GeneratedDocument.objects.about(advance), pk=document_id)
    email = operations.send_paper(document_id=paper.pk, by=request.user, at=timezone.now())
    messages.success(request, f"Le lien vers ce document part à l'adresse {email}.")
    return basin_redirect("advance_detail", reference=reference)
