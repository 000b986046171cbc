"""Choices of the basins: their life, the roles people hold in them."""

from django.db import models

from alize.common.transitions import TransitionTable


class BasinStatus(models.TextChoices):
    """Life of a basin, which its first partnership convention installs (R52)."""

    CANDIDATE = "CANDIDATE", "Candidat"
    VALIDATED = "VALIDATED", "Validé par le comité national"
    INSTALLED = "INSTALLED", "Installé"
    CLOSED = "CLOSED", "Fermé"


class SuspensionReason(models.TextChoices):
    """Motif de suspension : said to those who find the space shut, kept by the journal."""

    INCIDENT = "INCIDENT", "Incident de sécurité"
    OPERATOR = "OPERATOR", "Changement d'opérateur local"
    AUTHORITY = "AUTHORITY", "Demande d'une autorité"


BASIN_TRANSITIONS = TransitionTable(
    BasinStatus,
    {
        BasinStatus.CANDIDATE: frozenset({BasinStatus.VALIDATED, BasinStatus.CLOSED}),
        BasinStatus.VALIDATED: frozenset({BasinStatus.INSTALLED, BasinStatus.CLOSED}),
        BasinStatus.INSTALLED: frozenset({BasinStatus.CLOSED}),
        BasinStatus.CLOSED: frozenset(),
    },
)


class Role(models.TextChoices):
    """The roles of security.md 2.1; referrer and follow-up lead are held per project.

    A company has none: what it reads and answers comes by the links of its mails.
    """

    NATIONAL_STAFF = "NATIONAL_STAFF", "ASTREES, administration nationale"
    NATIONAL_VIEWER = "NATIONAL_VIEWER", "ASTREES, consultation"
    NATIONAL_COMMITTEE = "NATIONAL_COMMITTEE", "Comité national de pilotage"
    OPERATOR = "OPERATOR", "Opérateur local"
    FINANCE = "FINANCE", "Second signataire financier"
    PRESIDENT = "PRESIDENT", "Présidence du comité d'agrément"
    MEMBER = "MEMBER", "Membre du comité d'agrément"
    ASSOCIATE = "ASSOCIATE", "Partenaire associé"
    PREFECTURE = "PREFECTURE", "Préfecture, comité local de pilotage"
    AUDITOR = "AUDITOR", "Contrôle"


NATIONAL_ROLES = frozenset({Role.NATIONAL_STAFF, Role.NATIONAL_VIEWER, Role.NATIONAL_COMMITTEE})

MFA_ROLES = NATIONAL_ROLES | {Role.OPERATOR, Role.FINANCE, Role.PRESIDENT, Role.AUDITOR}
"""Money, presidency, national view and control ask a second factor (interface.md 4)."""

READING_ROLES = frozenset({Role.NATIONAL_VIEWER, Role.NATIONAL_COMMITTEE, Role.AUDITOR})
"""Who looks on and writes nothing, whatever they ask: the database serves them by roles that only
read, the journal of what they take away excepted (SD15)."""

MONEY_ROLES = frozenset({Role.OPERATOR, Role.FINANCE})
"""One prepares payments, the other releases them (SD12)."""


class LinkPurpose(models.TextChoices):
    """What a single-use link opens."""

    FOLLOW_UP_REVIEW = "FOLLOW_UP_REVIEW", "Point de suivi"
    DECISION_LETTER = "DECISION_LETTER", "Décision du comité d'agrément"
    PROXY_ANSWER = "PROXY_ANSWER", "Réponse à un pouvoir"
    REPAYMENT = "REPAYMENT", "Échéance d'une avance"
    ADVANCE_PAPER = "ADVANCE_PAPER", "Document d'une avance"
    SIGNATURE = "SIGNATURE", "Signature d'un document"
    CONTRIBUTIONS = "CONTRIBUTIONS", "Apports d'une année"
    OWNER_OPINION = "OWNER_OPINION", "Avis du dirigeant"
