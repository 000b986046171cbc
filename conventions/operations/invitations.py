"""Mails of a convention: each signer receives an address of their own, no account needed."""

from datetime import datetime, timedelta

from django.urls import reverse

from alize.notifications.operations import Recipient, send_mail
from basins import links
from basins.enums import LinkPurpose
from basins.tenancy import current
from conventions.models import CooperationConvention

VALID = timedelta(days=30)
"""How long a signer may open the convention from a mail (signature.md 6.3)."""


def invite_to_sign(convention: CooperationConvention, *, at: datetime) -> None:
    """Tell each signer whose address is known that the text is ready (M11)."""
    _mail_signers("M11", convention, at=at)


def tell_all_signed(convention: CooperationConvention, *, at: datetime) -> None:
    """Tell each signer whose address is known that all have signed (M14)."""
    _mail_signers("M14", convention, at=at)


def _mail_signers(code: str, convention: CooperationConvention, *, at: datetime) -> None:
    told = {signer.email: signer.name for signer in convention.signers.all() if signer.email}
    for email, name in told.items():
        token = links.issue(
            basin=current(),
            purpose=LinkPurpose.CONVENTION,
            target_id=convention.pk,
            email=email,
            at=at,
            valid=VALID,
        )
        send_mail(
            code,
            to=Recipient(email, name),
            path=reverse("convention_shared", kwargs={"token": token}),
            key=convention.reference,
            reference=convention.reference,
        )
