"""Choices of the conventions."""

from django.db import models

from alize.common.transitions import TransitionTable


class ConventionStatus(models.TextChoices):
    DRAFT = "DRAFT", "En préparation"
    FROZEN = "FROZEN", "Prête à signer"
    SIGNED = "SIGNED", "Signée par tous"
    CANCELLED = "CANCELLED", "Annulée"


CONVENTION_TRANSITIONS = TransitionTable(
    ConventionStatus,
    {
        ConventionStatus.DRAFT: frozenset({ConventionStatus.FROZEN, ConventionStatus.CANCELLED}),
        ConventionStatus.FROZEN: frozenset({ConventionStatus.SIGNED, ConventionStatus.CANCELLED}),
        ConventionStatus.SIGNED: frozenset(),
        ConventionStatus.CANCELLED: frozenset(),
    },
)


class SignerCapacity(models.TextChoices):
    """In which capacity somebody signs (R62, R63)."""

    OWNER = "OWNER", "Dirigeant de l'entreprise bénéficiaire"
    COMPANY = "COMPANY", "Entreprise apportant des compétences"
    FOLLOW_UP_LEAD = "FOLLOW_UP_LEAD", "Mandataire"
    PRESIDENT = "PRESIDENT", "Président du comité d'agrément"
    OPERATOR = "OPERATOR", "Opérateur local"
