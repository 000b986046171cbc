"""Choices of the fund."""

from django.db import models

from alize.common.transitions import TransitionTable


class AdvanceStatus(models.TextChoices):
    """The life of the promise; what is lent and owed is derived from the movements."""

    GRANTED = "GRANTED", "Accordée"
    CONTRACTED = "CONTRACTED", "Conventionnée"
    CANCELLED = "CANCELLED", "Annulée"


ADVANCE_TRANSITIONS = TransitionTable(
    AdvanceStatus,
    {
        AdvanceStatus.GRANTED: frozenset({AdvanceStatus.CONTRACTED, AdvanceStatus.CANCELLED}),
        AdvanceStatus.CONTRACTED: frozenset({AdvanceStatus.CANCELLED}),
        AdvanceStatus.CANCELLED: frozenset(),
    },
)


class PaymentOrderStatus(models.TextChoices):
    PREPARED = "PREPARED", "À libérer"
    RELEASED = "RELEASED", "Versé"
    CANCELLED = "CANCELLED", "Annulé"


class ReversalStatus(models.TextChoices):
    PROPOSED = "PROPOSED", "À décider"
    APPROVED = "APPROVED", "Acceptée"
    REFUSED = "REFUSED", "Refusée"
