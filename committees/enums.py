"""Choices of the approval committee."""

from django.db import models

from alize.common.transitions import TransitionTable


class SeatKind(models.TextChoices):
    """Voix d'un siège : who votes, who speaks only, who is invited (voting.md 5.2)."""

    DELIBERATIVE = "DELIBERATIVE", "Délibérative"
    CONSULTATIVE = "CONSULTATIVE", "Consultative"
    GUEST = "GUEST", "Invité"


class MeetingMode(models.TextChoices):
    """How the committee deliberates: together, from afar, or in writing (voting.md 5.2)."""

    IN_PERSON = "IN_PERSON", "En présence"
    REMOTE = "REMOTE", "À distance"
    MIXED = "MIXED", "Mixte"
    WRITTEN = "WRITTEN", "Consultation écrite"


class MeetingStatus(models.TextChoices):
    """Life of a meeting, in session or in writing."""

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
    """Life of a ballot (voting.md 5.2).

    « Suspendu » is no state of its own: an open ballot is suspended while its meeting is.
    """

    OPEN = "OPEN", "Ouvert"
    CLOSED = "CLOSED", "Clos"
    PROCLAIMED = "PROCLAIMED", "Proclamé"
    CANCELLED = "CANCELLED", "Annulé"


BALLOT_TRANSITIONS = TransitionTable(
    BallotStatus,
    {
        BallotStatus.OPEN: frozenset({BallotStatus.CLOSED, BallotStatus.CANCELLED}),
        BallotStatus.CLOSED: frozenset({BallotStatus.PROCLAIMED}),
        BallotStatus.PROCLAIMED: frozenset(),
        BallotStatus.CANCELLED: frozenset(),
    },
)


class InterestAnswer(models.TextChoices):
    """What a seat says of its links with a file before its vote (voting.md 5.3)."""

    NONE = "NONE", "Aucun lien avec ce dossier"
    LINK = "LINK", "Lien déclaré, je vote"
    RECUSED = "RECUSED", "Je me déporte"
    LIFTED = "LIFTED", "Déport levé par la présidence, réponse attendue"


class ConsultationMatter(models.TextChoices):
    """What the committee may settle in writing (voting.md 5.3)."""

    CONDITIONS = "CONDITIONS", "Des conditions à lever"
    CHANGE = "CHANGE", "Un changement limité de la décision"
    URGENCY = "URGENCY", "Une urgence, motivée par la présidence"


class AdvanceMatter(models.TextChoices):
    """What may be asked of the committee about an advance already paid (funds.md 2.5)."""

    RESCHEDULE = "RESCHEDULE", "Rééchelonnement"
    MORATORIUM = "MORATORIUM", "Moratoire"
    WRITE_OFF = "WRITE_OFF", "Passage en perte"


class SummonsReply(models.TextChoices):
    """What a member answers to the summons (O3)."""

    COMING = "COMING", "Je viens"
    REMOTE = "REMOTE", "À distance"
    ABSENT = "ABSENT", "Absent"
    ALTERNATE = "ALTERNATE", "Suppléance demandée"


class LinkKind(models.TextChoices):
    """Liens avec une entreprise that may weigh on a vote (voting.md 5.3)."""

    SAME_GROUP = "SAME_GROUP", "Même entreprise ou même groupe"
    SHAREHOLDER = "SHAREHOLDER", "Actionnaire ou associé"
    RELATIVE = "RELATIVE", "Lien familial ou personnel"
    BANK = "BANK", "Banque de l'entreprise"
    LENDER = "LENDER", "Prêteur du plan de financement"
    ACCOUNTANT = "ACCOUNTANT", "Expert-comptable ou conseil"
    LANDLORD = "LANDLORD", "Bailleur"
    CLIENT = "CLIENT", "Client"
    SUPPLIER = "SUPPLIER", "Fournisseur"
    COMPETITOR = "COMPETITOR", "Concurrent"
    OTHER = "OTHER", "Autre lien"


class InstalmentStep(models.IntegerChoices):
    """How often an advance is paid back, in months (funds.md 2.2)."""

    MONTHLY = 1, "Mensuelles"
    QUARTERLY = 3, "Trimestrielles"
    HALF_YEARLY = 6, "Semestrielles"


class ReasonRequired(models.TextChoices):
    """Which votes say why, in one line."""

    NONE = "NONE", "Aucun vote"
    AGAINST = "AGAINST", "Les votes contre"
    ALL = "ALL", "Tous les votes"


class LiftedBy(models.TextChoices):
    """Who lifts the conditions of a decision."""

    OPERATOR = "OPERATOR", "L'opérateur, la présidence informée"
    PRESIDENT = "PRESIDENT", "La présidence"
    COMMITTEE = "COMMITTEE", "Le comité, en séance"


class MinutesApproval(models.TextChoices):
    """How the minutes are approved at the next meeting."""

    TACIT = "TACIT", "Accord tacite, les remarques étant jointes"
    VOTE = "VOTE", "Vote du comité"


class DecisionOutcome(models.TextChoices):
    """What a deliberation ends in (voting.md 5.3, Outcome); the last two, on an advance paid."""

    APPROVED = "APPROVED", "Agréé"
    APPROVED_CONDITIONS = "APPROVED_CONDITIONS", "Agréé sous conditions"
    DEFERRED = "DEFERRED", "Ajourné"
    EXTRA_DIAGNOSIS = "EXTRA_DIAGNOSIS", "Diagnostic complémentaire"
    REJECTED = "REJECTED", "Refusé"
    WITHDRAWN = "WITHDRAWN", "Retiré"
    ACCEPTED = "ACCEPTED", "Demande acceptée"
    DECLINED = "DECLINED", "Demande refusée"


APPROVALS = frozenset({DecisionOutcome.APPROVED, DecisionOutcome.APPROVED_CONDITIONS})
FAVOURABLE = APPROVALS | {DecisionOutcome.ACCEPTED}
"""What carries out its proposal: no other outcome may do without a reason."""
WITHOUT_BALLOT = frozenset(
    {DecisionOutcome.DEFERRED, DecisionOutcome.EXTRA_DIAGNOSIS, DecisionOutcome.WITHDRAWN}
)
"""What the chair may record without a vote."""
OPTIONAL_OUTCOMES = (
    DecisionOutcome.APPROVED_CONDITIONS,
    DecisionOutcome.EXTRA_DIAGNOSIS,
    DecisionOutcome.WITHDRAWN,
)
"""What a committee may do without; a vote alone approves, rejects or defers."""


class ConditionKind(models.TextChoices):
    """Whether a condition blocks the signature and the payment (voting.md 5.3, Conditions)."""

    SUSPENSIVE = "SUSPENSIVE", "Suspensive"
    FOLLOWED = "FOLLOWED", "À suivre"


class MinutesStatus(models.TextChoices):
    """Life of the minutes: drafted, read by the presidency, signed (voting.md 5.3, PV)."""

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
