"""Signing in with ProConnect, for State agents, where it is configured (interface.md 4).

Its three rules are not those of the generic provider: a state of 32 characters or more, a nonce,
and an answer about the person that is a signed token.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import filter_users_by_email
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string
from django.views.decorators.http import require_GET
from requests import RequestException

from alize.accounts.links import local_path
from alize.common.access import public

logger = logging.getLogger("alize.accounts")
STATE_LENGTH = NONCE_LENGTH = 43
"""Letters and digits: 256 bits, and more than the 32 characters that ProConnect asks for."""
PROVIDER = "proconnect"
ALGORITHMS = ("RS256", "ES256")


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """ProConnect opens an existing account, it never makes one nor ties itself to one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list:
        """The one application of the settings; none while ProConnect is not configured."""
        configured = settings.PROCONNECT
        if not configured["server_url"]:
            return []
        return [
            SocialApp(
                provider=PROVIDER,
                provider_id=PROVIDER,
                name="ProConnect",
                client_id=configured["client_id"],
                secret=configured["secret"],
                settings={"server_url": configured["server_url"]},
            )
        ]

    def generate_state_param(self, state: dict[str, Any]) -> str:
        return get_random_string(STATE_LENGTH)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Take the active account at an address that ProConnect has verified.

        allauth's own matching by address would wipe its password: it fears accounts opened under
        somebody else's address, which our invitations rule out.
        """
        for address in sociallogin.email_addresses:
            users = filter_users_by_email(address.email, is_active=True)
            if address.verified and users:
                sociallogin.user = users[0]

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        raise ImmediateHttpResponse(_not_confirmed(request))


def _not_confirmed(request: HttpRequest) -> HttpResponse:
    """Back to the page where one signs in otherwise."""
    messages.error(
        request,
        "ProConnect n'a pas confirmé votre identité. Recommencez, "
        "ou recevez un lien de connexion par courriel.",
    )
    return redirect("account_login")


class ProConnectOAuth2Adapter(OpenIDConnectOAuth2Adapter):
    """Reads the signed answers of ProConnect."""

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return settings.PUBLIC_URL + reverse("proconnect_callback")

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        """Check both tokens against each other and against what was sent."""
        identity = self._verified(kwargs["response"].get("id_token", ""), app)
        sent = request.proconnect_nonce  # type: ignore[attr-defined]  # set by the callback
        if not constant_time_compare(identity.get("nonce", ""), sent):
            raise OAuth2Error("The nonce is not the one that was sent.")
        person = self._verified(self._fetch_signed_user_info(token.token), app)
        if person.get("sub") != identity.get("sub"):
            raise OAuth2Error("The two tokens are about two people.")
        data = {"userinfo": person, "id_token": identity}
        return self.get_provider().sociallogin_from_response(request, data)

    def _fetch_signed_user_info(self, access_token: str) -> str:
        with get_adapter().get_requests_session() as session:
            response = session.get(
                self.profile_url, headers={"Authorization": f"Bearer {access_token}"}
            )
            response.raise_for_status()
        return response.text

    def _verified(self, credential: str, app: SocialApp) -> dict[str, Any]:
        """Decode a token whose signature, issuer and audience are right.

        :raises OAuth2Error: they are not.
        """
        try:
            algorithm = jwtkit.jwt.get_unverified_header(credential).get("alg")
        except jwtkit.jwt.PyJWTError as error:
            raise OAuth2Error("The token cannot be read.") from error
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("The token is not signed as agreed.")
        return jwtkit.verify_and_decode(
            credential=credential,
            keys_url=self.openid_config["jwks_uri"],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            lookup_kid=jwtkit.lookup_kid_jwk,
        )


class CallbackView(OAuth2CallbackView):
    """The return from ProConnect; gives the adapter the nonce of the state."""

    def _get_state(self, request: HttpRequest, provider: Any) -> tuple[Any, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        nonce = (state or {}).get("nonce", "")
        request.proconnect_nonce = nonce  # type: ignore[attr-defined]  # the adapter reads it
        return state, response


def _adapter(request: HttpRequest) -> ProConnectOAuth2Adapter:
    """The adapter of this request.

    :raises Http404: ProConnect is not configured here.
    """
    if not settings.PROCONNECT["server_url"]:
        raise Http404
    return ProConnectOAuth2Adapter(request, PROVIDER)


def _while_it_answers(view: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Send back to sign in otherwise whoever ProConnect does not answer."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        try:
            return view(request)
        except RequestException as error:
            logger.warning("proconnect.unreachable", extra={"error": str(error)})
            return _not_confirmed(request)

    return guarded


@public
@require_GET
@_while_it_answers
def login(request: HttpRequest) -> HttpResponse:
    """Go to ProConnect: a link, since our policy lets no form lead to another site."""
    provider = _adapter(request).get_provider()
    next_url = local_path(request.GET.get("next", ""))
    return provider.redirect(request, AuthProcess.LOGIN, next_url or None)


@public
@require_GET
@_while_it_answers
def callback(request: HttpRequest) -> HttpResponse:
    """Come back from ProConnect, signed in when an account has the address it vouches for."""
    return CallbackView.adapter_view(_adapter(request))(request)
