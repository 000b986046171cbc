"""What may be asked and answered about the means of a year."""

from datetime import date

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from alize.common.words import of
from basins.models import SingleUseLink
from funds.queries.confirmations import PartnerYear
from funds.rules.confirmations import ConfirmationState


@check
def ask(about: PartnerYear, *, on: date) -> None:
    """Ask a partner, or ask it again once the figures it answered on have changed."""
    if about.year > on.year:
        raise ActionDenied(f"L'année {about.year} n'a pas commencé.")
    if not about.lines:
        raise ActionDenied(f"Rien n'est promis ni reçu {of(about.partner)} en {about.year}.")
    if about.state == ConfirmationState.WAITING:
        raise ActionDenied("La question est déjà posée : relancez plutôt.")
    if about.state == ConfirmationState.CONFIRMED:
        raise ActionDenied(f"{about.partner} a déjà confirmé ces apports.")


@check
def remind(about: PartnerYear) -> None:
    """Write again to whom was asked, as long as no answer has come."""
    if about.state != ConfirmationState.WAITING:
        raise ActionDenied("Aucune réponse n'est attendue : il n'y a rien à relancer.")


@check
def answer(about: PartnerYear, link: SingleUseLink) -> None:
    """Answer through a link sent since the question was put, to whom it is put now."""
    if about.state != ConfirmationState.WAITING:
        raise ActionDenied("Votre réponse est déjà enregistrée : merci.")
    if about.request is None or link.created_at < about.request.asked_at:
        raise ActionDenied("Cette question est posée à nouveau, par un autre lien.")
