"""Tells anybody whether a document is ours and in force, and shows what it is sealed with."""

import hashlib

from allauth.core import ratelimit
from django.core.files import File
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from alize.common.access import public
from alize.seals import inspection, keys, queries, screen, sealing, verdicts
from alize.seals.forms import VerifyForm
from alize.seals.verdicts import Verdict


@require_http_methods(["GET", "HEAD", "POST"])
@public
def document_verify(request: HttpRequest) -> HttpResponse:
    """Vérifier un document : by its bytes, or by the reference that its QR code holds."""
    asked = request.method == "POST" or "reference" in request.GET
    form = VerifyForm(request.POST or request.GET, request.FILES) if asked else VerifyForm()
    verdict, status = None, 200
    if asked and form.is_valid():
        copy = form.cleaned_data["copy"]
        if copy:
            refused = ratelimit.consume_or_429(request, action="verify_document")
            if refused:
                return refused
            try:
                verdict = _verdict_on(copy)
            except inspection.Busy:
                verdict, status = verdicts.BUSY, 503
        else:
            verdict = verdicts.of_reference(
                queries.find_reference(
                    form.cleaned_data["reference"],
                    version=_version_of_qr_code(request),
                    schema=request.GET.get("espace", "").replace("\0", ""),
                )
            )
    context = {"form": form, "verdict": verdict}
    return render(request, "seals/verify.html", context, status=status)


def _verdict_on(copy: File) -> Verdict:
    """Judge a file, of which nothing is kept: the register first, then what it says of itself.

    :raises Busy: too many files are being read.
    """
    digest = hashlib.sha256()
    for chunk in copy.chunks():
        digest.update(chunk)
    finding = queries.find_digest(digest.hexdigest())
    if finding is not None:
        return verdicts.of_copy(finding)
    try:
        trust = keys.folder().trust()
    except keys.KeyRefused:
        return verdicts.UNKNOWN_COPY
    copy.seek(0)
    content = copy.read()
    with inspection.turn():
        found = inspection.inspect(content, trust)
    return verdicts.of_stranger(found or sealing.added_to(content, trust), trust)


def _version_of_qr_code(request: HttpRequest) -> int | None:
    """The version in the address; somebody who types a reference means the latest."""
    version = request.GET.get("version", "")
    return int(version) if version.isdecimal() and len(version) < 5 else None


@require_safe
@public
def seal_certificates(request: HttpRequest) -> HttpResponse:
    """Les certificats du cachet : those in use and the old ones, and how to trust them."""
    folder = keys.folder()
    certificates = screen.certificates(folder.trust(), at=timezone.now()) if folder.exists() else []
    return render(request, "seals/certificates.html", {"certificates": certificates})


@require_safe
@public
def seal_certificate(request: HttpRequest, name: str) -> HttpResponse:
    """One certificate, that of an authority of ours, or its revocation list, as a file."""
    try:
        content, content_type = screen.published(keys.folder(), name)
    except keys.KeyRefused as missing:
        raise Http404 from missing
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
