"""ProConnect as allauth meets it: this module's name is where allauth looks for providers."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import get_random_string

from alize.accounts.proconnect import NONCE_LENGTH, ProConnectOAuth2Adapter


class ProConnectProvider(OpenIDConnectProvider):
    """ProConnect: the sign-in of State agents, which the generic provider cannot talk to."""

    id = "proconnect"
    name = "ProConnect"
    oauth2_adapter_class = ProConnectOAuth2Adapter

    def get_callback_url(self) -> str:
        return reverse("proconnect_callback")

    def get_default_scope(self) -> list[str]:
        return ["openid", "given_name", "usual_name", "email"]

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, **kwargs: Any
    ) -> HttpResponse:
        """Send a nonce along, kept in the state to be found again in the identity token."""
        nonce = get_random_string(NONCE_LENGTH)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce}
        return super().redirect(request, process, next_url, nonce=nonce, **kwargs)

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """The address of the agent, which ProConnect vouches for unless it says otherwise."""
        told = data["userinfo"]
        address = told.get("email")
        verified = told.get("email_verified", True) is True
        return [EmailAddress(email=address, verified=verified, primary=True)] if address else []


provider_classes = [ProConnectProvider]
