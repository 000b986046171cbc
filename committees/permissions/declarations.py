"""Declare one's interests for the year, vote once it is done where the rules ask it (C1)."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.models import Seat


@check
def make_declaration(seat: Seat | None) -> None:
    """Declare: whoever holds a seat in office or sits in one as an alternate."""
    if seat is None:
        raise ActionDenied("Aucun siège du comité n'est à votre nom aujourd'hui.")


@check
def vote_once_declared(*, required: bool, has_declared: bool) -> None:
    """Vote: after the declaration of the year, where the committee's rules ask it."""
    if required and not has_declared:
        raise ActionDenied(
            "Les règles du comité demandent votre déclaration annuelle d'intérêts avant de voter : "
            "elle prend deux minutes, depuis l'accueil."
        )
