"""The papers of a candidacy: its file, the consensus on the operator, the decisions (A3)."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from alize.common.access import access
from alize.documents import pdf
from alize.documents.operations import draft_words
from alize.documents.views import serve
from network.candidacies import documents, queries
from network.candidacies.enums import CandidacyStatus
from network.candidacies.models import NationalDecision
from network.candidacies.views import found


@require_safe
@access("candidacy.read")
def candidacy_file(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """The file of a candidacy: marked « PROJET » and not kept until it is submitted."""
    candidacy = found(candidacy_id)
    if candidacy.status == CandidacyStatus.DRAFT:
        reference = documents.reference_of(candidacy)
        words = draft_words(
            reference=reference,
            title=documents.FILE_TITLE,
            template=documents.FILE_TEMPLATE,
            context=documents.file_context(candidacy),
            as_of=timezone.localdate(),
        )
        return HttpResponse(
            pdf.render(words),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{reference}_projet.pdf"'},
        )
    return _served(request, queries.document_of(candidacy))


@require_safe
@access("candidacy.read")
def candidacy_record(request: HttpRequest, candidacy_id: int) -> HttpResponse:
    """The act of the consensus on the operator."""
    return _served(request, found(candidacy_id).consensus_record)


@require_safe
@access("candidacy.read")
def candidacy_decision(request: HttpRequest, candidacy_id: int, decision_id: int) -> HttpResponse:
    """What the national committee said, as a PDF."""
    return _served(request, queries.document_of(_decision(candidacy_id, decision_id)))


@require_safe
@access("candidacy.read")
def candidacy_minutes(request: HttpRequest, candidacy_id: int, decision_id: int) -> HttpResponse:
    """The minutes of the national committee."""
    return _served(request, _decision(candidacy_id, decision_id).minutes)


def _served(request: HttpRequest, file: Any) -> HttpResponse:
    if file is None:
        raise Http404
    return serve(file, request)


def _decision(candidacy_id: int, decision_id: int) -> NationalDecision:
    return get_object_or_404(
        NationalDecision.objects.select_related("minutes"),
        pk=decision_id,
        candidacy_id=candidacy_id,
    )
