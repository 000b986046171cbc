"""Choices of the steering: where a committee stands, what it says of a decision afterwards."""

from django.db import models

from alize.common.transitions import TransitionTable


class SteeringStatus(models.TextChoices):
    CONVENED = "CONVENED", "Convoqué"
    HELD = "HELD", "Tenu"
    SIGNED = "SIGNED", "Relevé signé"


STEERING_TRANSITIONS = TransitionTable(
    SteeringStatus,
    {
        SteeringStatus.CONVENED: frozenset({SteeringStatus.HELD}),
        SteeringStatus.HELD: frozenset({SteeringStatus.SIGNED}),
        SteeringStatus.SIGNED: frozenset({SteeringStatus.HELD}),
    },
)
"""Signed minutes are taken up again only when a signature of theirs was set aside."""


class Verdict(models.TextChoices):
    """What a steering committee says of a decision, a posteriori (R25, journeys.md P3)."""

    VALIDATED = "VALIDATED", "Validée"
    REMARKED = "REMARKED", "Validée avec observation"
    RESERVED = "RESERVED", "Réserve"


NOT_EXAMINED = "NONE"
"""What is typed of a decision of which a committee says nothing: it comes back to the next one."""
