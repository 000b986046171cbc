"""Choices of the conventions."""

from django.db import models

from alize.common.transitions import TransitionTable
from conventions.rules import Capacity


class ConventionStatus(models.TextChoices):
    DRAFT = "DRAFT", "En préparation"
    FROZEN = "FROZEN", "Prête à signer"
    SIGNING = "SIGNING", "En signature"
    SIGNED = "SIGNED", "Signée par tous"
    CANCELLED = "CANCELLED", "Annulée"


CONVENTION_TRANSITIONS = TransitionTable(
    ConventionStatus,
    {
        ConventionStatus.DRAFT: frozenset({ConventionStatus.FROZEN, ConventionStatus.CANCELLED}),
        ConventionStatus.FROZEN: frozenset({ConventionStatus.SIGNING, ConventionStatus.CANCELLED}),
        ConventionStatus.SIGNING: frozenset({ConventionStatus.SIGNED, ConventionStatus.CANCELLED}),
        ConventionStatus.SIGNED: frozenset(),
        ConventionStatus.CANCELLED: frozenset(),
    },
)


class SignerCapacity(models.TextChoices):
    """In which capacity somebody signs; the values are those of the rules."""

    OWNER = Capacity.OWNER, "Dirigeant de l'entreprise bénéficiaire"
    COMPANY = Capacity.COMPANY, "Entreprise apportant des compétences"
    FOLLOW_UP_LEAD = Capacity.FOLLOW_UP_LEAD, "Mandataire du suivi"
    PRESIDENT = Capacity.PRESIDENT, "Présidence du comité d'agrément"
    OPERATOR = Capacity.OPERATOR, "Opérateur local"
