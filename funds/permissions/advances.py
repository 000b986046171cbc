"""What may be done with one advance before, beside and after its payments."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.enums import ConditionKind
from committees.models import Condition, Decision
from committees.queries.requests import accepted
from funds.enums import (
    ADVANCE_TRANSITIONS,
    AdvanceStatus,
)
from funds.models import (
    Advance,
    Precondition,
)


def conditions_left(decision_id: int) -> list[Condition]:
    """The suspensive conditions of a decision that nobody has lifted (SD2)."""
    return list(
        Condition.objects.filter(
            decision_id=decision_id, kind=ConditionKind.SUSPENSIVE, lifted_at=None
        ).order_by("due_on", "pk")
    )


def lifting_days(decision_id: int) -> list[date]:
    """The days on which the suspensive conditions of a decision were lifted."""
    lifted = Condition.objects.filter(
        decision_id=decision_id, kind=ConditionKind.SUSPENSIVE, lifted_at__isnull=False
    )
    return [timezone.localdate(at) for at in lifted.values_list("lifted_at", flat=True)]


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


CONTESTED_WAITS = (
    "Elle est remplie quand ASTREES confirme la signature contestée, ou quand un avenant signé par "
    "toutes les parties la régularise."
)


@check
def preconditions_met(advance: Advance) -> None:
    """Every line of the checklist is signed off or waived."""
    left = [condition for condition in advance.preconditions.all() if condition.is_open]
    if labels := " ; ".join(condition.label for condition in left):
        raise ActionDenied(f"Avant tout versement, il reste à vérifier : {labels}.")


@check
def add_precondition(advance: Advance, *, to_leave: bool) -> None:
    """While something may still be paid, or leave."""
    if advance.status == AdvanceStatus.CANCELLED:
        raise ActionDenied("Cette avance est annulée.")
    if not to_leave:
        raise ActionDenied(
            "Tout ce qui est accordé est versé : une condition préalable n'arrêterait plus rien."
        )


@check
def settle_precondition(condition: Precondition) -> None:
    """Signed off or waived once; what waits for a contested signature, by nobody."""
    if not condition.is_open:
        raise ActionDenied("Cette condition est déjà remplie ou dispensée.")
    if condition.contested_id is not None:
        raise ActionDenied(f"Cette condition ne se lève pas ici. {CONTESTED_WAITS}")


@check
def ask_committee(*, owed: int, unsent: int) -> None:
    """Ask the committee for another plan, or to give a debt up: something that was received."""
    if not owed:
        raise ActionDenied("Cette avance ne doit plus rien : il n'y a rien à demander au comité.")
    if owed <= unsent:
        raise ActionDenied(
            "Le versement de cette avance est arrêté avant la banque : l'entreprise n'a rien reçu. "
            "Demandez l'annulation de son écriture."
        )


def decisions_to_reschedule(advance: Advance, *reasons: str) -> QuerySet[Decision]:
    """What the committee accepted about the plan of an advance, stands, and made no plan yet."""
    return accepted(advance.decision, *reasons).filter(schedule_versions=None)


@check
def reschedule(advance: Advance, decision_id: int, reason: str, *, owed: int) -> None:
    """What is owed, as the committee accepted it on this advance, once (2.5)."""
    if not owed:
        raise ActionDenied("Cette avance ne doit plus rien : il n'y a rien à rééchelonner.")
    if not decisions_to_reschedule(advance, reason).filter(pk=decision_id).exists():
        raise ActionDenied(
            "Un rééchelonnement ou un moratoire suit une demande que le comité a acceptée sur "
            "cette avance, et qui n'a pas encore servi : saisissez-le d'abord."
        )
