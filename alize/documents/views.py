"""Hands over documents to those who may read them, and tells anybody whether one is ours."""

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import access, public
from alize.documents import queries, storage
from alize.documents.forms import VerifyForm
from alize.documents.models import GeneratedDocument, StoredFile
from alize.documents.readable import is_readable


def serve(document: GeneratedDocument | StoredFile, request: HttpRequest) -> HttpResponse:
    """Hand over the bytes, to save; a PDF opens in the page when `?voir=1` asks for it.

    The caller has checked that the person may read it.
    """
    inline = document.content_type == "application/pdf" and request.GET.get("voir") == "1"
    content = b"" if settings.DOCUMENTS_ACCEL_PREFIX else storage.opened(document.key)
    response = FileResponse(
        content,
        as_attachment=not inline,
        filename=document.file_name,
        content_type=document.content_type,
    )
    if settings.DOCUMENTS_ACCEL_PREFIX:
        response["X-Accel-Redirect"] = f"{settings.DOCUMENTS_ACCEL_PREFIX}/{document.key}"
    return response


@require_safe
@access("document.read")
def document_download(request: HttpRequest, document_id: int) -> HttpResponse:
    """One document; not found for whoever may not read what it is about."""
    document = get_object_or_404(GeneratedDocument, pk=document_id)
    if not is_readable(request, document):
        raise Http404
    return serve(document, request)


@require_http_methods(["GET", "HEAD", "POST"])
@public
def document_verify(request: HttpRequest) -> HttpResponse:
    """Vérifier un document : by its bytes, or by the reference that its QR code holds."""
    asked = request.method == "POST" or "reference" in request.GET
    form = VerifyForm(request.POST or request.GET, request.FILES) if asked else VerifyForm()
    context = {"form": form, "asked": asked and form.is_valid()}
    if context["asked"]:
        copy = form.cleaned_data["copy"]
        context["by_copy"] = copy is not None
        context["finding"] = (
            queries.find_copy(copy)
            if copy
            else queries.find_reference(
                form.cleaned_data["reference"], _version_of_qr_code(request)
            )
        )
    return render(request, "documents/verify.html", context)


def _version_of_qr_code(request: HttpRequest) -> int | None:
    """The version in the address; somebody who types a reference means the latest."""
    version = request.GET.get("version", "")
    return int(version) if version.isdecimal() else None
