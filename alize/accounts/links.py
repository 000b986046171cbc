"""Sign-in links: one sign-in by a mail, for people who come rarely (interface.md 4)."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.utils.http import url_has_allowed_host_and_scheme

from alize.accounts.models import SignInLink, User

VALID = timedelta(minutes=15)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def local_path(path: str) -> str:
    """The path when it leads to a page of this site, else nothing (security.md T23)."""
    return path if path and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def issue(*, email: str, next_path: str, at: datetime) -> tuple[User, str] | None:
    """Make a link for the active account at an address; returns it with its token.

    Only the token's digest is kept; the links asked for before no longer open anything.
    """
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        return None
    SignInLink.objects.filter(user=user, used_at=None).update(used_at=at)
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        token_digest=_digest(token),
        next_path=local_path(next_path)[:300],
        created_at=at,
        expires_at=at + VALID,
    )
    return user, token


def find(token: str, *, at: datetime) -> SignInLink | None:
    """The link behind a token while it can still be used."""
    return (
        SignInLink.objects.select_related("user")
        .filter(token_digest=_digest(token), used_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )


def use(link: SignInLink, *, at: datetime) -> bool:
    """Spend a link, once; returns whether this call was the one."""
    return bool(
        SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=at).update(used_at=at)
    )
