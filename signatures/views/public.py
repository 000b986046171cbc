"""The page of a signer, from the link of a mail: no account (journeys.md P4)."""

from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alize.common.access import token
from alize.common.errors import ActionDenied
from alize.documents.views import serve
from basins.enums import LinkPurpose
from basins.renewals import renews, sent
from signatures import operations, queries
from signatures.models import Circuit, CircuitSigner
from signatures.operations import Trace
from signatures.operations.answers import SEEN
from signatures.queries.closed import ONLY_SHOWS, ClosedLink, closed_link
from signatures.queries.keepers import contact_for

opens = token(LinkPurpose.SIGNATURE, even_spent=True)
"""A used link still shows what was answered until its term; then it offers another."""


def trace_of(request: HttpRequest) -> Trace:
    """From where a request came, the proxy in front of us left out: the evidence keeps it."""
    return Trace(
        ip=get_adapter().get_client_ip(request),
        user_agent=request.headers.get("User-Agent", ""),
    )


def signer_of(request: HttpRequest) -> CircuitSigner:
    """The signer whom the link was made for.

    :raises Http404: they are gone.
    """
    known = CircuitSigner.objects.select_related(
        "circuit__document", "circuit__sealed_document", "circuit__launched_by"
    )
    signer = known.filter(pk=request.link.target_id).first()
    if signer is None:
        raise Http404
    return signer


def token_of(request: HttpRequest) -> str:
    """The token of « /signer/<token>/… », or of its « /nouveau-lien/<token>/ »."""
    return request.path_info.split("/")[2]


def page_of(request: HttpRequest, name: str = "signing_page") -> str:
    """Another page of the same link."""
    return reverse(name, kwargs={"token": token_of(request)})


def living(view: Any) -> Any:
    """Say why a link that has come to its term is closed, and offer another."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        return _closed(request) if request.link.expires_at <= timezone.now() else view(request)

    return guarded


def stale(request: HttpRequest) -> HttpResponse | None:
    """The offer of a new link, from one that only shows what is signed."""
    if operations.is_fresh(request.link, at=timezone.now()):
        return None
    return _closed(request, ONLY_SHOWS)


def _closed(request: HttpRequest, closed: ClosedLink | None = None) -> HttpResponse:
    signer = signer_of(request)
    context = {
        "closed": closed or closed_link(request.link, signer, at=timezone.now()),
        "renew_url": page_of(request, "link_renew"),
        "contact": contact_for(signer.circuit, on=timezone.localdate()),
    }
    return render(request, "signatures/link_expired.html", context, status=410)


def context_of(request: HttpRequest, signer: CircuitSigner, **more: Any) -> dict[str, Any]:
    """What every page of a signer shows around its content."""
    return {
        "contact": contact_for(signer.circuit, on=timezone.localdate()),
        "page": queries.signing_page(signer, on=timezone.localdate()),
        "token": token_of(request),
        **more,
    }


@never_cache
@require_safe
@opens
@living
def signing_page(request: HttpRequest) -> HttpResponse:
    """What is signed, by whom, where it stands, and what one may do."""
    signer = signer_of(request)
    return render(request, "signatures/page.html", context_of(request, signer))


@never_cache
@require_POST
@opens
@living
def signing_document(request: HttpRequest) -> HttpResponse:
    """The PDF, or that of a circuit bound to this one; the sealed one once it is."""
    signer = signer_of(request)
    circuit = opened(request, signer)
    return serve(circuit.sealed_document or circuit.document, request)


def opened(request: HttpRequest, signer: CircuitSigner) -> Circuit:
    """The circuit whose document the form asks for: that it is opened is noted.

    :raises Http404: it is not sealed with what this person signs.
    """
    asked = request.POST.get("circuit", "")[:18]
    try:
        return operations.open_document(
            signer_id=signer.pk,
            circuit_id=int(asked) if asked.isdecimal() else signer.circuit_id,
            at=timezone.now(),
            trace=trace_of(request),
        )
    except Circuit.DoesNotExist as unknown:
        raise Http404 from unknown


@never_cache
@require_POST
@opens
@living
def signing_seen(request: HttpRequest) -> HttpResponse:
    """The page tells that it was opened, then read to its end: twice a load, not without end."""
    refused = ratelimit.consume_or_429(request, action="document_seen", key=str(request.link.pk))
    if refused:
        return refused
    kind = SEEN.get(request.POST.get("vu", ""))
    if kind is not None:
        signer = signer_of(request)
        operations.note_seen(
            signer_id=signer.pk, what=kind, at=timezone.now(), trace=trace_of(request)
        )
    return HttpResponse(status=204)


@renews(LinkPurpose.SIGNATURE)
def renew_signing_link(request: HttpRequest) -> HttpResponse:
    """Recevoir un nouveau lien, unless there is nothing left to sign nor to see there."""
    signer = signer_of(request)
    try:
        operations.renew_link(link=request.link, at=timezone.now())
    except ActionDenied:
        return _closed(request)
    return sent(request, contact=contact_for(signer.circuit, on=timezone.localdate()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_dispute(request: HttpRequest) -> HttpResponse:
    """« Ce n'est pas moi » : a signature on paper that its signer did not give."""
    signer = signer_of(request)
    if request.method == "POST":
        try:
            operations.dispute(signer_id=signer.pk, at=timezone.now(), trace=trace_of(request))
        except ActionDenied as denied:
            return refused(request, signer, denied.reason)
        return redirect(page_of(request))
    return render(request, "signatures/dispute.html", context_of(request, signer))


def refused(request: HttpRequest, signer: CircuitSigner, reason: str) -> HttpResponse:
    """The page of the signer with the reason of a refusal above it."""
    context = context_of(request, signer, refused=reason)
    return render(request, "signatures/page.html", context, status=409)
