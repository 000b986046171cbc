"""Sign-in links: one sign-in by a mail, for people who come rarely (interface.md 4).

Where a proxy or a mail reader breaks the link, the six digits beside it do the same (P1).
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import url_has_allowed_host_and_scheme

from alize.accounts.models import SignInLink, User

VALID = timedelta(minutes=15)
CODE_DIGITS, CODE_TRIES = 6, 5


@dataclass(frozen=True)
class Issued:
    """A link as its mail says it: neither its token nor its code is kept."""

    user: User
    token: str
    code: str


def digest(token: str) -> str:
    """What is stored of a token: the database never holds what opens a page."""
    return hashlib.sha256(token.encode()).hexdigest()


def _code_digest(code: str, *, token_digest: str) -> str:
    """What is kept of a code: six digits alone would be found again from a plain digest."""
    return salted_hmac("sign-in code", f"{token_digest}|{code}", algorithm="sha256").hexdigest()


def local_path(path: str) -> str:
    """The path when it leads to a page of this site, else nothing (security.md T23)."""
    return path if path and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def issue(*, email: str, next_path: str, at: datetime) -> Issued | None:
    """Make a link and its code for the active account at an address.

    Only their digests are kept; the links asked for before no longer open anything.
    """
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        return None
    SignInLink.objects.filter(user=user, used_at=None).update(used_at=at)
    token = secrets.token_urlsafe(32)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    SignInLink.objects.create(
        user=user,
        token_digest=digest(token),
        code_digest=_code_digest(code, token_digest=digest(token)),
        next_path=local_path(next_path)[:300],
        created_at=at,
        expires_at=at + VALID,
    )
    return Issued(user, token, code)


def find(token: str, *, at: datetime) -> SignInLink | None:
    """The link behind a token while it can still be used."""
    return (
        SignInLink.objects.select_related("user")
        .filter(token_digest=digest(token), used_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )


def spent(token: str) -> SignInLink | None:
    """The link behind a token, whatever became of it, while its account is open."""
    known = SignInLink.objects.select_related("user").filter(user__is_active=True)
    return known.filter(token_digest=digest(token)).first()


def use(link: SignInLink, *, at: datetime) -> bool:
    """Spend a link, once; returns whether this call was the one."""
    return bool(
        SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=at).update(used_at=at)
    )


@transaction.atomic
def use_code(*, email: str, code: str, at: datetime) -> SignInLink | None:
    """Spend the living link of an address by its code; a wrong one counts, five times (T17).

    An unknown address, a wrong code and one that no longer serves are told alike.
    """
    living = SignInLink.objects.filter(
        user__email__iexact=email.strip(),
        user__is_active=True,
        used_at=None,
        expires_at__gt=at,
        wrong_codes__lt=CODE_TRIES,
    )
    link = living.select_for_update(of=("self",)).select_related("user").first()
    if link is None:
        return None
    typed = _code_digest(code, token_digest=link.token_digest)
    if not constant_time_compare(typed, link.code_digest):
        link.wrong_codes += 1
        link.save(update_fields=["wrong_codes"])
        return None
    return link if use(link, at=at) else None
