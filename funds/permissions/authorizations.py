"""What takes two persons: losses, refunds, renunciations, the allowance."""

from django.db.models import Exists, OuterRef, QuerySet

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.money import format_euros
from alize.common.permissions import check
from committees.enums import AdvanceMatter
from committees.models import Decision
from committees.queries.requests import accepted
from funds.enums import (
    AdvanceStatus,
    AuthorizationKind,
    PaymentOrderStatus,
    ReversalStatus,
)
from funds.models import (
    Advance,
    AllowanceAgreement,
    Authorization,
)


@check
def propose_authorization(
    *, kind: AuthorizationKind, advance_id: int | None, contribution_id: int | None
) -> None:
    """One request of a kind at a time on an advance, on a contribution, on the allowance."""
    waiting = Authorization.objects.filter(
        kind=kind,
        advance=advance_id,
        contribution=contribution_id,
        status=ReversalStatus.PROPOSED,
    )
    if waiting.exists():
        raise ActionDenied(
            "La même opération est déjà demandée : elle attend le second signataire financier."
        )


def decisions_to_lose(advance: Advance) -> QuerySet[Decision]:
    """What the committee accepted to lose on an advance, stands, and no loss rests on yet (SD10).

    A loss that was undone frees its decision.
    """
    serving = Authorization.objects.exclude(status=ReversalStatus.REFUSED).exclude(
        entry__reversed_by__isnull=False
    )
    used = serving.filter(decision=OuterRef("pk"))
    return accepted(advance.decision, AdvanceMatter.WRITE_OFF).exclude(Exists(used))


@check
def ask_write_off(advance: Advance, decision_id: int | None) -> None:
    """By a decision of the committee on this advance, once (funds.md 2.3)."""
    write_off(advance, decision_id)
    if not decisions_to_lose(advance).filter(pk=decision_id).exists():
        raise ActionDenied(
            "Cette décision a déjà servi à un passage en perte : saisissez à nouveau le comité."
        )


@check
def write_off(advance: Advance, decision_id: int | None) -> None:
    """By the decision of the committee on this advance, that stands (funds.md 2.3)."""
    lost = accepted(advance.decision, AdvanceMatter.WRITE_OFF)
    if not lost.filter(pk=decision_id).exists():
        raise ActionDenied(
            "Un passage en perte suit la demande que le comité a acceptée sur cette avance : "
            "saisissez-le d'abord."
        )


@check
def pay_allowance(agreement: AllowanceAgreement | None) -> None:
    """With the agreement of all the partners, noted for the year (R77)."""
    if agreement is None:
        raise ActionDenied(
            "L'opérateur n'est défrayé qu'avec l'accord de tous les partenaires : "
            "enregistrez d'abord cet accord pour l'année."
        )


@check
def renounce(advance: Advance, *, left: int) -> None:
    """What is left to pay of a contracted advance, no payment of it waiting."""
    if advance.status == AdvanceStatus.GRANTED:
        raise ActionDenied(
            "Cette avance attend encore sa convention : si l'entreprise n'en veut plus, notez "
            "l'abandon de son dossier."
        )
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée : il n'en reste rien à verser.")
    if advance.payment_orders.filter(status=PaymentOrderStatus.PREPARED).exists():
        raise ActionDenied(
            "Un versement de cette avance attend d'être libéré : annulez d'abord cet ordre."
        )
    if not left:
        raise ActionDenied(
            "Tout ce qui restait à verser l'est : il n'y a rien à quoi renoncer sur cette avance."
        )


@check
def withdraw_agreement(agreement: AllowanceAgreement, *, used: int) -> None:
    """Until it serves: nothing was reimbursed on it, nor is asked."""
    if agreement.withdrawn_at is not None:
        raise ActionDenied("Cet accord est déjà retiré.")
    if used:
        raise ActionDenied(
            f"L'opérateur est défrayé de {format_euros(used)} en {agreement.year} sur cet accord : "
            "demandez d'abord l'annulation de ces écritures."
        )
    waiting = Authorization.objects.filter(
        kind=AuthorizationKind.ALLOWANCE,
        status=ReversalStatus.PROPOSED,
        value_on__year=agreement.year,
    )
    if waiting.exists():
        raise ActionDenied(
            f"Un défraiement de {agreement.year} attend le second signataire financier : "
            "qu'il le refuse d'abord."
        )


@check
def decide_authorization(authorization: Authorization, by: Person) -> None:
    """Once, and another person than the one who asked (SD10)."""
    if authorization.status != ReversalStatus.PROPOSED:
        raise ActionDenied(f"Cette demande est déjà {authorization.get_status_display().lower()}.")
    if authorization.proposed_by_id == by.pk:
        raise ActionDenied(
            "Cette opération est demandée par une personne et décidée par une autre."
        )
