"""Choices of the approval committee."""

from django.db import models

from alize.common.transitions import TransitionTable


class SeatKind(models.TextChoices):
    DELIBERATIVE = "DELIBERATIVE", "Délibérative"
    CONSULTATIVE = "CONSULTATIVE", "Consultative"
    GUEST = "GUEST", "Invité"


class MeetingMode(models.TextChoices):
    IN_PERSON = "IN_PERSON", "En présence"
    REMOTE = "REMOTE", "À distance"
    MIXED = "MIXED", "Mixte"


class MeetingStatus(models.TextChoices):
    PLANNED = "PLANNED", "En préparation"
    CONVENED = "CONVENED", "Convoquée"
    OPEN = "OPEN", "En cours"
    HELD = "HELD", "Tenue"
    CANCELLED = "CANCELLED", "Annulée"


MEETING_TRANSITIONS = TransitionTable(
    MeetingStatus,
    {
        MeetingStatus.PLANNED: frozenset({MeetingStatus.CONVENED, MeetingStatus.CANCELLED}),
        MeetingStatus.CONVENED: frozenset({MeetingStatus.OPEN, MeetingStatus.CANCELLED}),
        MeetingStatus.OPEN: frozenset({MeetingStatus.HELD}),
        MeetingStatus.HELD: frozenset(),
        MeetingStatus.CANCELLED: frozenset(),
    },
)


class BallotStatus(models.TextChoices):
    PREPARED = "PREPARED", "Préparé"
    OPEN = "OPEN", "Ouvert"
    CLOSED = "CLOSED", "Clos"
    PROCLAIMED = "PROCLAIMED", "Proclamé"
    CANCELLED = "CANCELLED", "Annulé"


BALLOT_TRANSITIONS = TransitionTable(
    BallotStatus,
    {
        BallotStatus.PREPARED: frozenset({BallotStatus.OPEN, BallotStatus.CANCELLED}),
        BallotStatus.OPEN: frozenset({BallotStatus.CLOSED, BallotStatus.CANCELLED}),
        BallotStatus.CLOSED: frozenset({BallotStatus.PROCLAIMED}),
        BallotStatus.PROCLAIMED: frozenset(),
        BallotStatus.CANCELLED: frozenset(),
    },
)


class InterestAnswer(models.TextChoices):
    NONE = "NONE", "Aucun lien avec ce dossier"
    LINK = "LINK", "Lien déclaré, je vote"
    RECUSED = "RECUSED", "Je me déporte"


class DecisionOutcome(models.TextChoices):
    """What a deliberation ends in (voting.md 5.3, Outcome)."""

    APPROVED = "APPROVED", "Agréé"
    APPROVED_CONDITIONS = "APPROVED_CONDITIONS", "Agréé sous conditions"
    DEFERRED = "DEFERRED", "Ajourné"
    EXTRA_DIAGNOSIS = "EXTRA_DIAGNOSIS", "Diagnostic complémentaire"
    REJECTED = "REJECTED", "Refusé"
    WITHDRAWN = "WITHDRAWN", "Retiré"


APPROVALS = frozenset({DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_CONDITIONS})


class ConditionKind(models.TextChoices):
    SUSPENSIVE = "SUSPENSIVE", "Suspensive"
    FOLLOWED = "FOLLOWED", "À suivre"


class MinutesStatus(models.TextChoices):
    DRAFT = "DRAFT", "À rédiger"
    SENT = "SENT", "À signer par la présidence"
    SIGNED = "SIGNED", "Signé"


MINUTES_TRANSITIONS = TransitionTable(
    MinutesStatus,
    {
        MinutesStatus.DRAFT: frozenset({MinutesStatus.SENT}),
        MinutesStatus.SENT: frozenset({MinutesStatus.SIGNED, MinutesStatus.DRAFT}),
        MinutesStatus.SIGNED: frozenset(),
    },
)
