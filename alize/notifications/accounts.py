"""The mails of the sign-in pages: allauth asks, the catalogue answers."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from allauth.core import ratelimit
from django.db import transaction
from django.http import HttpRequest

from alize.accounts.adapters import AccountAdapter as SignInAdapter
from alize.accounts.models import User
from alize.notifications.operations import Recipient, mark_of, send_mail
from alize.outbox.operations import enqueue

ACCOUNT_PAGE = "/connexion/mon-acces/"
CHANGES = {
    "account/email/password_changed": "mot de passe changé",
    "account/email/password_set": "mot de passe choisi",
    "account/email/password_reset": "mot de passe changé",
    "mfa/email/totp_activated": "application d'authentification ajoutée",
    "mfa/email/totp_deactivated": "application d'authentification retirée",
    "mfa/email/webauthn_added": "clé d'accès ajoutée",
    "mfa/email/webauthn_removed": "clé d'accès retirée",
    "mfa/email/recovery_codes_generated": "nouveaux codes de secours",
}


class AccountAdapter(SignInAdapter):
    """Sends the mails of allauth through the outbox, in our layout."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Ask for the mail of the catalogue that stands for one of allauth's."""
        key = uuid4().hex
        with transaction.atomic():
            if template_prefix == "sign_in_link":
                # Looked up by the worker, so that this answer takes the same time for everybody.
                enqueue("notifications.sign_in_link", key=key, email=email, **context)
                return
            to = Recipient.of(User.objects.get(email__iexact=email))
            if template_prefix == "account/email/password_reset_key":
                path = urlsplit(context["password_reset_url"]).path
                send_mail("M31", to=to, path=path, key=key)
            else:
                change = CHANGES[template_prefix]
                send_mail("M32", to=to, path=ACCOUNT_PAGE, key=key, change=change)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Tell the owner of an address that is at its limit; a stranger learns nothing (S15)."""
        email = str(credentials.get("email") or "")
        key = f"account:{email.lower()}"
        if not email or ratelimit.consume(request, action="wrong_password", key=key):
            return
        if ratelimit.consume(request, action="owner_warned", key=key):
            with transaction.atomic():
                # Looked up by the worker, as for a link.
                asked = uuid4().hex
                enqueue(
                    "notifications.wrong_passwords", key=asked, mark=mark_of(asked), email=email
                )
