"""Single-use links: one page, one purpose, for somebody without an account."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from alize.accounts.links import digest
from alize.common.access import ANY_PURPOSE
from alize.common.errors import ActionDenied
from basins.enums import LinkPurpose
from basins.models import Basin, SingleUseLink


def issue(
    *,
    basin: Basin,
    purpose: LinkPurpose,
    target_id: int,
    email: str,
    at: datetime,
    valid: timedelta,
) -> str:
    """Make a link and return its token, 256 bits; only its digest is kept."""
    token = secrets.token_urlsafe(32)
    SingleUseLink.objects.create(
        basin=basin,
        purpose=purpose,
        target_id=target_id,
        email=email,
        token_digest=digest(token),
        created_at=at,
        expires_at=at + valid,
    )
    return token


def find(token: str, purpose: str) -> SingleUseLink | None:
    """The link behind a token, used or expired ones included, if it was made for this purpose."""
    found = SingleUseLink.objects.select_related("basin").filter(token_digest=digest(token))
    return (found if purpose == ANY_PURPOSE else found.filter(purpose=purpose)).first()


def is_spent(link: SingleUseLink, *, at: datetime) -> bool:
    """Whether a link was used or withdrawn, or came to its end."""
    return link.used_at is not None or link.withdrawn_at is not None or link.expires_at <= at


def used(purpose: LinkPurpose, target_id: int, *, basin: Basin) -> SingleUseLink | None:
    """The link that served for an object, while it is kept (`basins.retention`)."""
    sent = SingleUseLink.objects.filter(basin=basin, purpose=purpose, target_id=target_id)
    return sent.filter(used_at__isnull=False).first()


def withdraw(purpose: LinkPurpose, target_ids: Iterable[int], *, basin: Basin, at: datetime) -> int:
    """Take back the links of a purpose that nobody has used: somebody else is asked instead."""
    sent = SingleUseLink.objects.filter(basin=basin, purpose=purpose, target_id__in=target_ids)
    return sent.filter(used_at=None, withdrawn_at=None).update(withdrawn_at=at)


def check_kept(link: SingleUseLink) -> None:
    """:raises ActionDenied: it was withdrawn."""
    if link.withdrawn_at is not None:
        raise ActionDenied(
            "Ce lien a été retiré : la réponse est désormais demandée à quelqu'un d'autre."
        )


def close(purpose: LinkPurpose, target_id: int, *, at: datetime) -> None:
    """End the links that open a page, whoever holds them: its next one leaves afterwards."""
    living = SingleUseLink.objects.filter(purpose=purpose, target_id=target_id, expires_at__gt=at)
    living.update(expires_at=at)


def is_replaced(link: SingleUseLink) -> bool:
    """Whether a later link opens the same page from the same address."""
    return SingleUseLink.objects.filter(
        purpose=link.purpose,
        target_id=link.target_id,
        email=link.email,
        created_at__gt=link.created_at,
    ).exists()


PAUSE = timedelta(minutes=5)
"""A new link is not sent twice within this time, however often it is asked for."""


def was_issued_lately(link: SingleUseLink, *, at: datetime) -> bool:
    """Whether another link to the same page has just left for the same address."""
    return has_just_left(link.purpose, link.target_id, link.email, at=at)


def has_just_left(purpose: str, target_id: int, email: str, *, at: datetime) -> bool:
    """Whether a link to a page has just left for an address."""
    return SingleUseLink.objects.filter(
        purpose=purpose, target_id=target_id, email=email, created_at__gt=at - PAUSE
    ).exists()


def check_address(link: SingleUseLink, now: str) -> None:
    """Refuse to send a link again to an address that its company has left.

    :raises ActionDenied: the company is written to elsewhere now.
    """
    if link.email.casefold() != now.casefold():
        raise ActionDenied("L'entreprise a depuis donné une autre adresse : écrivez à l'opérateur.")


def use(link: SingleUseLink, *, at: datetime) -> None:
    """Spend a link, once, in the transaction of its act.

    :raises ActionDenied: it was used or withdrawn meanwhile, or has expired.
    """
    usable = SingleUseLink.objects.filter(used_at=None, withdrawn_at=None, expires_at__gt=at)
    spent = usable.filter(pk=link.pk).update(used_at=at)
    if not spent:
        link.refresh_from_db(fields=["withdrawn_at"])
        check_kept(link)
    if not spent and link.expires_at <= at:
        raise ActionDenied("Ce lien a expiré : votre réponse n'est pas enregistrée.")
    if not spent:
        raise ActionDenied("Ce lien a déjà servi : votre réponse est bien enregistrée.")
