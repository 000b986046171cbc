"""What may be done with one advance, one payment order, one movement; each refusal says why."""

from alize.accounts.models import Person
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import ConditionKind
from committees.models import Condition, Decision
from funds.enums import (
    ADVANCE_TRANSITIONS,
    AdvanceStatus,
    PaymentOrderStatus,
    ReversalStatus,
)
from funds.models import Advance, Movement, PaymentOrder, Reversal
from funds.rules import EventKind


def conditions_left(decision_id: int) -> list[Condition]:
    """The suspensive conditions of a decision that nobody has lifted (SD2)."""
    return list(
        Condition.objects.filter(
            decision_id=decision_id, kind=ConditionKind.SUSPENSIVE, lifted_at=None
        ).order_by("due_on", "pk")
    )


def check_standing(decision: Decision) -> None:
    """Refuse to act on a decision that was replaced, lapsed, or is to be deliberated anew."""
    if decision.lapsed_at is not None:
        raise ActionDenied("Cet agrément est caduc : ses conditions n'ont pas été levées à temps.")
    if not decision.stands:
        raise ActionDenied("Cette décision a été remplacée par une nouvelle délibération.")
    if decision.reopened_at is not None:
        raise ActionDenied("Le comité doit délibérer à nouveau sur ce dossier.")


@check
def grant_advance(decision: Decision) -> None:
    """An advance is granted by a decision that gives one and still stands."""
    check_standing(decision)
    if not decision.amount:
        raise ActionDenied("Cette décision n'accorde pas d'avance.")


@check
def contract_advance(advance: Advance) -> None:
    """Signed by all, with every suspensive condition lifted."""
    ADVANCE_TRANSITIONS.guard(advance.status, AdvanceStatus.CONTRACTED)
    check_standing(advance.decision)
    if conditions_left(advance.decision_id):
        raise ActionDenied(
            "Une condition suspensive de la décision n'est pas levée : l'avance reste en attente."
        )


@check
def prepare_payment(advance: Advance) -> None:
    """Only once the convention is signed by all (R41, SD2)."""
    if advance.status == AdvanceStatus.GRANTED:
        raise ActionDenied(
            "Aucun versement avant la signature de la convention par toutes les parties."
        )
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée : elle ne se verse plus.")


@check
def release_payment(order: PaymentOrder, by: Person) -> None:
    """Another person than the one who prepared it (SD1)."""
    if order.status == PaymentOrderStatus.CANCELLED:
        raise ActionDenied("Cet ordre de versement a été annulé.")
    if order.status == PaymentOrderStatus.RELEASED:
        raise ActionDenied("Ce versement a déjà été libéré.")
    if order.prepared_by_id == by.pk:
        raise ActionDenied(
            "Un versement est préparé par une personne et libéré par une autre : "
            "demandez au second signataire financier de le libérer."
        )


@check
def cancel_payment(order: PaymentOrder) -> None:
    """Until it is released."""
    if order.status == PaymentOrderStatus.RELEASED:
        raise ActionDenied("Ce versement est libéré : il ne s'annule plus.")
    if order.status == PaymentOrderStatus.CANCELLED:
        raise ActionDenied("Cet ordre de versement est déjà annulé.")


@check
def record_repayment(advance: Advance) -> None:
    """Something was lent before something comes back."""
    if not Movement.objects.filter(advance=advance, kind=EventKind.DISBURSEMENT).exists():
        raise ActionDenied("Rien n'a encore été versé sur cette avance.")


@check
def propose_reversal(movement: Movement) -> None:
    """A repayment, once; one request at a time."""
    if movement.kind != EventKind.REPAYMENT:
        raise ActionDenied("Seul un encaissement se corrige ici.")
    if Movement.objects.filter(reverses=movement).exists():
        raise ActionDenied("Cet encaissement est déjà annulé.")
    if movement.reversals.filter(status=ReversalStatus.PROPOSED).exists():
        raise ActionDenied(
            "L'annulation de cet encaissement est déjà demandée : elle attend le second "
            "signataire financier."
        )


@check
def decide_reversal(reversal: Reversal, by: Person) -> None:
    """Once, and another person than the one who asked (SD11)."""
    if reversal.status != ReversalStatus.PROPOSED:
        raise ActionDenied(
            f"Cette demande d'annulation est déjà {reversal.get_status_display().lower()}."
        )
    if reversal.proposed_by_id == by.pk:
        raise ActionDenied("Une annulation est demandée par une personne et décidée par une autre.")
