"""Hands over documents to those who may read them."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from alize.common.access import access
from alize.documents import storage
from alize.documents.models import GeneratedDocument, StoredFile
from alize.documents.readable import is_readable


def serve(document: GeneratedDocument | StoredFile, request: HttpRequest) -> HttpResponse:
    """Hand over the bytes, to save; a PDF of ours opens in the page when `?voir=1` asks for it.

    What somebody sent never opens under the name of the site. The caller has checked that the
    person may read it.
    """
    is_ours = isinstance(document, GeneratedDocument)
    inline = (
        is_ours and document.content_type == "application/pdf" and request.GET.get("voir") == "1"
    )
    response: HttpResponse | FileResponse
    if settings.DOCUMENTS_ACCEL_PREFIX:
        there = f"{settings.DOCUMENTS_ACCEL_PREFIX}/{document.key}"
        response = HttpResponse(headers={"X-Accel-Redirect": there})
    else:
        response = FileResponse(storage.opened(document.key))
    response["Content-Type"] = document.content_type
    response["Content-Disposition"] = content_disposition_header(not inline, document.file_name)
    return response


@require_safe
@access("document.read")
def document_download(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document; not found for whoever may not read what it is about."""
    document = get_object_or_404(GeneratedDocument, pk=document_id)
    if not is_readable(request, document):
        raise Http404
    return serve(document, request)
