"""What a link of signature that no longer opens its page says, to whoever holds it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from alize.common.dates import long_datetime
from alize.common.errors import ActionDenied
from basins import links
from basins.models import SingleUseLink
from signatures import permissions
from signatures.enums import SignerStatus
from signatures.models import CircuitSigner


@dataclass(frozen=True)
class ClosedLink:
    """Why a link is closed, and whether another may be asked for."""

    title: str
    lead: str
    renews: bool = True


ONLY_SHOWS = ClosedLink(
    "Ce lien ne sert plus qu'à relire",
    "Pour votre sécurité, un lien de signature ne vaut qu'un temps limité. Pour répondre, "
    "recevez-en un nouveau.",
)


def closed_link(link: SingleUseLink, signer: CircuitSigner, *, at: datetime) -> ClosedLink:
    """Used, withdrawn, of no use any more, replaced by a later one, or come to its term.

    It says no more than asking for another link would.
    """
    why = _why_not(signer, at=at)
    if link.used_at is not None:
        answered = f"Votre réponse a été enregistrée le {long_datetime(link.used_at)}."
        return ClosedLink("Ce lien a déjà servi", f"{answered} {why}".rstrip(), renews=not why)
    if link.withdrawn_at is not None:
        since = long_datetime(link.withdrawn_at)
        lead = f"Depuis le {since}, la réponse est demandée à quelqu'un d'autre."
        return ClosedLink("Ce lien a été retiré", lead, renews=False)
    if why:
        return ClosedLink("Ce lien ne sert plus", why, renews=False)
    if links.is_replaced(link):
        return ClosedLink(
            "Ce lien est remplacé",
            "Un lien plus récent est parti à la même adresse : ouvrez le dernier reçu.",
        )
    return ClosedLink(
        "Ce lien a expiré",
        "Pour votre sécurité, un lien de signature ne vaut qu'un temps limité. Celui-ci est arrivé "
        f"à son terme le {long_datetime(link.expires_at)}.",
    )


def _why_not(signer: CircuitSigner, *, at: datetime) -> str:
    """Why no other link leaves, if none does; whoever signed may still see what they signed."""
    if signer.status == SignerStatus.SIGNED:
        return ""
    try:
        permissions.answer(signer, on=timezone.localdate(at))
    except ActionDenied as denied:
        return denied.reason
    return ""
