"""The convention as a signer without an account reads it, from the link of a mail."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alize.common.access import token
from alize.common.screen import Download
from alize.documents.views import serve
from basins.enums import LinkPurpose
from conventions import queries
from conventions.models import CooperationConvention


def _convention(request: HttpRequest) -> CooperationConvention:
    return get_object_or_404(
        CooperationConvention.objects.select_related("project__beneficiary", "document"),
        pk=request.link.target_id,
    )


@require_safe
@token(LinkPurpose.CONVENTION)
def convention_shared(request: HttpRequest) -> HttpResponse:
    """What is signed, by whom, and the document itself."""
    convention = _convention(request)
    path = request.path
    downloads = [
        Download(
            "Lire la convention", f"{path}document/?voir=1", "PDF", "file-earmark-pdf", primary=True
        )
    ]
    context = {
        "sender": f"ALIZE {request.basin.name}",
        "convention": convention,
        "badge": queries.status_badge(convention),
        "signers": queries.signer_lines(convention),
        "downloads": downloads if convention.document_id else [],
    }
    return render(request, "conventions/shared.html", context)


@require_safe
@token(LinkPurpose.CONVENTION)
def convention_shared_document(request: HttpRequest) -> HttpResponse:
    """The PDF of the convention."""
    convention = _convention(request)
    if convention.document is None:
        raise Http404
    return serve(convention.document, request)
