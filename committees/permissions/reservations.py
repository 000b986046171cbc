"""Make a reservation on a decision, answer it (R25, R31)."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from committees.models import Decision, Reservation


@check
def make_reservation(decision: Decision) -> None:
    """Make one: on a decision that counts; it stays as it is whatever the reservation says."""
    if not decision.stands:
        raise ActionDenied("Cette décision ne compte plus : elle ne reçoit plus de réserve.")


@check
def answer_reservation(reservation: Reservation) -> None:
    """Answer it, once."""
    if reservation.answered_at is not None:
        raise ActionDenied("Cette réserve a déjà sa réponse.")
