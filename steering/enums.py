"""Choices of the steering: where a steering committee stands."""

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
