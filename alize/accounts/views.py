"""Signing in, sign-in links, my access."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView, reauthenticate
from allauth.core import ratelimit
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.flows import view_recovery_codes
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView
from allauth.mfa.totp.forms import DeactivateTOTPForm
from allauth.mfa.totp.views import deactivate_totp
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.edit import FormView

from alize.accounts import links
from alize.accounts.forms import AskLinkForm, LinkCodeForm
from alize.accounts.models import SignInLink, User
from alize.accounts.second_factor import codes_left, page_waiting
from alize.common import late_forms
from alize.common.access import public, signed_in
from alize.common.http import form_status

ASKED_FOR = "address_of_sign_in_link"
"""Where the session keeps the address that a link was asked for."""


class SignInView(LoginView):
    """The three ways in: password, link by mail, passkey; ProConnect where it is configured."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["proconnect"] = bool(settings.PROCONNECT["server_url"])
        context["next"] = links.local_path(self.request.GET.get("next", ""))
        return context


sign_in = public(SignInView.as_view())


@public
def ask_link(request: HttpRequest) -> HttpResponse:
    """Ask for a link; the answer is the same whether the address is known or not (T17)."""
    form = AskLinkForm(request.POST or None)
    next_path = links.local_path(request.POST.get("next", request.GET.get("next", "")))
    if request.method != "POST" or not form.is_valid():
        context = {"form": form, "next": next_path}
        return render(request, "accounts/ask_link.html", context, status=form_status(request))
    return _send(request, form.cleaned_data["login"], next_path)


@require_POST
@public
def renew_link(request: HttpRequest, token: str) -> HttpResponse:
    """Recevoir un nouveau lien, from one that no longer serves, without typing (C1).

    It leaves for the address of that link alone, which the page does not say.
    """
    link = links.spent(token)
    if link is None:
        return _spent(request, token)
    return _send(request, link.user.email, link.next_path)


def _send(request: HttpRequest, email: str, next_path: str) -> HttpResponse:
    """Send a link to an address, a few times at most; where it leads stays in the address."""
    refused = ratelimit.consume_or_429(request, action="request_login_code", key=email.lower())
    if refused:
        return refused
    if ratelimit.consume(request, action="sign_in_link", key=f"link:{email.lower()}"):
        get_adapter(request).send_mail("sign_in_link", email, {"next_path": next_path})
    else:
        # Another would make useless the one that has just left, here or in another browser.
        messages.info(
            request,
            "Un lien a été demandé pour cette adresse il y a moins de dix secondes : c'est ce "
            "message-là qui sert, dans ce navigateur aussi. Aucun autre ne part.",
        )
    request.session[ASKED_FOR] = email
    then = {"next": next_path} if next_path else None
    return redirect(reverse("sign_in_link_sent", query=then))


@public
@never_cache
def link_sent(request: HttpRequest) -> HttpResponse:
    """Regardez vos courriels; the code of the mail is typed where it was asked for (P1)."""
    email = request.session.get(ASKED_FOR, "")
    form = LinkCodeForm(request.POST or None)
    if request.method == "POST" and not email:
        return redirect("sign_in_link_ask")
    if request.method == "POST" and form.is_valid():
        refused = ratelimit.consume_or_429(request, action="sign_in_code", key=email.lower())
        if refused:
            return refused
        link = links.use_code(email=email, code=form.cleaned_data["code"], at=timezone.now())
        if link is not None:
            return _enter(request, link)
        user_login_failed.send(sender=__name__, credentials={"email": email}, request=request)
        form.add_error(
            "code",
            "Ce code n'est pas le bon, ou ne sert plus après cinq essais ou quinze minutes : "
            "vérifiez le dernier message reçu, ou recommencez.",
        )
    context = {
        "minutes": links.VALID.seconds // 60,
        "form": form if email else None,
        "next": links.local_path(request.GET.get("next", "")),
    }
    return render(request, "accounts/link_sent.html", context, status=form_status(request))


@public
@never_cache
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """« Continuer »: a page first, because mail scanners open links too (T18)."""
    now = timezone.now()
    link = links.find(token, at=now)
    if link is None:
        return _spent(request, token)
    if request.method != "POST":
        return render(request, "accounts/open_link.html", {"link": link})
    if not links.use(link, at=now):
        return _spent(request, token)
    return _enter(request, link)


def _spent(request: HttpRequest, token: str) -> HttpResponse:
    """Ce lien ne sert plus : another leaves at once, where we know for whom it was."""
    context = {"token": token if links.spent(token) else ""}
    return render(request, "accounts/link_spent.html", context, status=410)


def _enter(request: HttpRequest, link: SignInLink) -> HttpResponse:
    """Sign in whoever a link was sent to, and is spent for; a second factor is still asked."""
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    request.session.pop(ASKED_FOR, None)
    record_authentication(request, link.user, method="link")
    return perform_login(request, Login(user=link.user, redirect_url=link.next_path or None))


@require_safe
@signed_in
@never_cache
def late_form(request: HttpRequest, key: str) -> HttpResponse:
    """What was typed before the session ended, and a button to send it again (interface.md 2)."""
    page = links.local_path(request.GET.get("next", "")) or "/"
    late = late_forms.find(request, key, at=timezone.now())
    if late is None:
        return redirect(page)
    if late.by not in {None, str(request.user.pk)}:
        messages.info(
            request,
            "Quelqu'un d'autre avait commencé un envoi ici avant vous : rien n'a été envoyé, et "
            "rien ne vous en est montré.",
        )
        return redirect(page)
    return render(request, "accounts/late_form.html", {"late": late, "key": key})


@signed_in
def account_home(request: HttpRequest) -> HttpResponse:
    """My access: password, second factors, devices."""
    enrolled = Authenticator.objects.filter(user=request.user)
    context = {
        "applications": enrolled.filter(type=Authenticator.Type.TOTP).count(),
        "keys": enrolled.filter(type=Authenticator.Type.WEBAUTHN).count(),
        "sessions": UserSession.objects.filter(user=request.user).count(),
    }
    return render(request, "accounts/home.html", context)


@signed_in
def confirm(request: HttpRequest) -> HttpResponse:
    """Confirmer que c'est vous; who has nothing to confirm it with is told how to get it."""
    if not get_adapter(request).get_reauthentication_methods(request.user):
        messages.info(
            request,
            "Pour confirmer que c'est vous, choisissez d'abord un mot de passe ou ajoutez un "
            "second facteur.",
        )
        return redirect("account_home")
    return reauthenticate(request)


@require_POST
@signed_in
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    """Mettre fin à une connexion : one of mine, on another device (S21)."""
    get_object_or_404(UserSession, pk=session_id, user=request.user).end()
    messages.success(request, "Cette connexion est terminée.")
    return redirect("usersessions_list")


class SecondFactorsView(IndexView):
    """The second factors of a person, and why their role asks for one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "waiting": page_waiting(self.request),
            "codes_left": codes_left(self.request.user),
        }


second_factors = signed_in(SecondFactorsView.as_view())


def one_removal_at_once(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Take away the second factors of a person one after the other.

    Two sent at the same instant would each find the other's still there (SD13).
    """

    @wraps(view)
    def alone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=request.user.pk)
            return view(request, *args, **kwargs)

    return alone


remove_application = signed_in(one_removal_at_once(deactivate_totp))


class RemoveKeyView(RemoveWebAuthnView):
    """Removes a key, unless it has to stay: allauth asks that of an application alone."""

    form_class = DeactivateTOTPForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"data": {}} | super().get_form_kwargs() | {"authenticator": self.object}

    def form_invalid(self, form: DeactivateTOTPForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


remove_key = signed_in(one_removal_at_once(RemoveKeyView.as_view()))


class NewCodesView(GenerateRecoveryCodesView):
    """New recovery codes, also for somebody whose former ones no key reads any more."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Without allauth's own, which reads the codes to count them.
        context = FormView.get_context_data(self, **kwargs)
        return context | {"codes_left": codes_left(self.request.user)}


new_codes = signed_in(NewCodesView.as_view())


@signed_in
@never_cache
@reauthentication_required(app="allauth.mfa")
def recovery_codes(request: HttpRequest) -> HttpResponse:
    """The recovery codes, shown once, when the person asks; a GET shows and marks nothing."""
    kept = Authenticator.objects.filter(
        user=request.user, type=Authenticator.Type.RECOVERY_CODES
    ).first()
    if kept is None:
        raise Http404
    codes: list[str] = []
    if request.method == "POST":
        recovery, may_see = view_recovery_codes(request)
        try:
            codes = recovery.get_unused_codes() if may_see else []
        except ValidationError as unreadable:
            messages.error(request, unreadable.message)
            return redirect("mfa_generate_recovery_codes")
    context = {
        "codes": codes,
        "seen": kept.wrap().did_view and not codes,
        "waiting": page_waiting(request),
    }
    return render(request, "mfa/recovery_codes/index.html", context)
