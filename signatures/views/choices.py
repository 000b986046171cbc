"""What a signer chooses: sign, refuse, ask a correction, delegate, sign on paper."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from alize.common.errors import ActionDenied
from alize.common.http import form_status, refusals_in
from alize.common.permissions import Check
from signatures import operations, owners, permissions
from signatures.forms import DelegateForm, IdentityForm, ReasonForm, SignForm
from signatures.models import CircuitSigner
from signatures.views.public import (
    context_of,
    living,
    opens,
    page_of,
    refused,
    signer_of,
    stale,
    trace_of,
)


@sensitive_post_parameters("code")
@sensitive_variables("form")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_sign(request: HttpRequest) -> HttpResponse:
    """Signer : identity and consent, then the code and one's name."""
    signer = signer_of(request)
    try:
        permissions.sign(signer, on=timezone.localdate())
    except ActionDenied as denied:
        return _over(request, signer, denied)
    if (offer := stale(request)) is not None:
        return offer
    if request.method != "POST":
        return _asked(request, signer)
    if request.POST.get("etape") == "signer":
        return _signed(request, signer)
    return _code_sent(request, signer)


def _asked(request: HttpRequest, signer: CircuitSigner) -> HttpResponse:
    """The first step, or the second with what was given in the first, once a code has left."""
    given = IdentityForm(request.GET)
    usable = signer.codes.filter(used_at=None, expires_at__gt=timezone.now())
    if given.is_valid() and usable.exists():
        return _sign_page(request, signer, SignForm(initial=given.cleaned_data), step=2)
    form = IdentityForm(initial={"function": signer.function})
    return _sign_page(request, signer, form, step=1)


def _code_sent(request: HttpRequest, signer: CircuitSigner) -> HttpResponse:
    """First step: the code leaves, and the second step is another page, that « back » meets."""
    form = IdentityForm(request.POST)
    if not form.is_valid():
        return _sign_page(request, signer, form, step=1, status=422)
    with refusals_in(form) as outcome:
        operations.send_code(
            signer_id=signer.pk,
            path=page_of(request, "signing_sign"),
            at=timezone.now(),
            trace=trace_of(request),
        )
    if not outcome.accepted:
        return _sign_page(request, signer, form, step=1, status=outcome.status)
    given = urlencode({"function": form.cleaned_data["function"], "consents": "on"})
    return redirect(f"{page_of(request, 'signing_sign')}?{given}")


def _signed(request: HttpRequest, signer: CircuitSigner) -> HttpResponse:
    """Second step: the signature, then its receipt."""
    form = SignForm(request.POST)
    status = form_status(request)
    if form.is_valid():
        with refusals_in(form) as outcome:
            operations.sign(
                signer_id=signer.pk,
                signature=form.signature(),
                link=request.link,
                at=timezone.now(),
                trace=trace_of(request),
            )
        if outcome.accepted:
            return redirect(page_of(request))
        status = outcome.status
    return _sign_page(request, signer, form, step=2, status=status)


def _sign_page(
    request: HttpRequest,
    signer: CircuitSigner,
    form: Form,
    *,
    step: int,
    status: int = 200,
) -> HttpResponse:
    context = context_of(request, signer, form=form, step=step)
    return render(request, "signatures/sign.html", context, status=status)


def _over(request: HttpRequest, signer: CircuitSigner, denied: ActionDenied) -> HttpResponse:
    """Nothing to do here any more: a form sent twice and the back button land on the receipt."""
    if request.method == "POST" and signer.signed_at is None:
        return refused(request, signer, denied.reason)
    return redirect(page_of(request))


def _choice(
    request: HttpRequest,
    form: Form,
    act: Callable[[CircuitSigner, Form], object],
    *,
    template: str,
    allowed: Check = permissions.answer,
) -> HttpResponse:
    """One form of a signer, its act, then their page."""
    signer = signer_of(request)
    try:
        allowed(signer, on=timezone.localdate())
    except ActionDenied as denied:
        return _over(request, signer, denied)
    if (offer := stale(request)) is not None:
        return offer
    status = form_status(request)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form) as outcome:
            act(signer, form)
        if outcome.accepted:
            return redirect(page_of(request))
        status = outcome.status
    return render(request, template, context_of(request, signer, form=form), status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_refuse(request: HttpRequest) -> HttpResponse:
    """Refuser, with the reason that everybody concerned will read."""

    def refuse(signer: CircuitSigner, form: Form) -> None:
        operations.refuse(
            signer_id=signer.pk,
            reason=form.cleaned_data["reason"],
            link=request.link,
            at=timezone.now(),
            trace=trace_of(request),
        )

    form = ReasonForm(request.POST or None, label="Pourquoi refusez-vous de signer ?")
    template = "signatures/refuse.html"
    return _choice(request, form, refuse, template=template, allowed=permissions.refuse)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_correct(request: HttpRequest) -> HttpResponse:
    """Demander une correction : the signature of everybody pauses."""

    def ask(signer: CircuitSigner, form: Form) -> None:
        operations.ask_correction(
            signer_id=signer.pk,
            comment=form.cleaned_data["reason"],
            at=timezone.now(),
            trace=trace_of(request),
        )

    form = ReasonForm(request.POST or None, label="Qu'est-ce qui est à corriger ?")
    return _choice(request, form, ask, template="signatures/correct.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_delegate(request: HttpRequest) -> HttpResponse:
    """Déléguer : somebody else signs, once the operator has validated the mandate."""

    def delegate(signer: CircuitSigner, form: Form) -> None:
        operations.ask_delegation(
            signer_id=signer.pk,
            delegate=form.delegate(),
            mandate=form.cleaned_data["mandate"] or None,
            at=timezone.now(),
            trace=trace_of(request),
        )

    known = owners.delegates(signer_of(request), on=timezone.localdate())
    form = DelegateForm(request.POST or None, request.FILES or None, known=known)
    return _choice(request, form, delegate, template="signatures/delegate.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@opens
@living
def signing_paper(request: HttpRequest) -> HttpResponse:
    """Je signerai sur papier : the operator is told, signing online stays possible."""

    def choose(signer: CircuitSigner, form: Form) -> None:
        operations.choose_paper(signer_id=signer.pk, at=timezone.now(), trace=trace_of(request))

    form = Form(request.POST if request.method == "POST" else None)
    return _choice(request, form, choose, template="signatures/paper.html")
