"""How allauth behaves here: no sign-up, our mails, encrypted second factors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from alize.accounts import encryption
from alize.accounts.links import local_path
from alize.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Whether a sign-in may lead there: a page of this site, whatever else it looks like."""
        return bool(local_path(url))

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count the guesses on an account whatever host they come through (security.md T15)."""
        return f"account:{credentials.get('email', '').lower()}"

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Ask a second factor again rather than a password, to whoever has one (S18)."""
        methods = super().get_reauthentication_methods(user)
        factors = [method for method in methods if method["id"] != "reauthenticate"]
        return factors or methods

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, encrypted at rest (security.md D22)."""

    def encrypt(self, text: str) -> str:
        return encryption.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return encryption.decrypt(encrypted_text)
