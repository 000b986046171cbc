"""Choices of a candidacy: its life, what the national committee decides."""

from django.db import models

from alize.common.transitions import TransitionTable


class CandidacyStatus(models.TextChoices):
    """Life of a candidacy, until the national committee has spoken (A3)."""

    DRAFT = "DRAFT", "En préparation"
    SUBMITTED = "SUBMITTED", "Soumise au comité national"
    ACCEPTED = "ACCEPTED", "Acceptée"
    REFUSED = "REFUSED", "Refusée"
    WITHDRAWN = "WITHDRAWN", "Retirée"


CANDIDACY_TRANSITIONS = TransitionTable(
    CandidacyStatus,
    {
        CandidacyStatus.DRAFT: frozenset({CandidacyStatus.SUBMITTED, CandidacyStatus.WITHDRAWN}),
        # Deferred, it is completed and comes back.
        CandidacyStatus.SUBMITTED: frozenset(
            {
                CandidacyStatus.DRAFT,
                CandidacyStatus.ACCEPTED,
                CandidacyStatus.REFUSED,
                CandidacyStatus.WITHDRAWN,
            }
        ),
        CandidacyStatus.ACCEPTED: frozenset(),
        CandidacyStatus.REFUSED: frozenset(),
        CandidacyStatus.WITHDRAWN: frozenset(),
    },
)


class NationalOutcome(models.TextChoices):
    """What the national committee decides of a territory (R21)."""

    ACCEPTED = "ACCEPTED", "Territoire accepté"
    DEFERRED = "DEFERRED", "Décision reportée"
    REFUSED = "REFUSED", "Territoire refusé"


FOLLOWS: dict[str, CandidacyStatus] = {
    NationalOutcome.ACCEPTED: CandidacyStatus.ACCEPTED,
    NationalOutcome.DEFERRED: CandidacyStatus.DRAFT,
    NationalOutcome.REFUSED: CandidacyStatus.REFUSED,
}


class Priority(models.TextChoices):
    """The three types of territory to which the national committee gives priority (R11)."""

    HANDICAP = "HANDICAP", "Handicaps structurels lourds"
    MUTATION = "MUTATION", "Mutations industrielles probables"
    WEAK = "WEAK", "Développement endogène faible"
