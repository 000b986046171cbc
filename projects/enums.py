"""Choices of the projects: their states (journeys.md), their words for each audience."""

from django.db import models

from alize.common.transitions import TransitionTable


class ProjectStatus(models.TextChoices):
    """The states of a project; labels are the operator's (journeys.md, first table)."""

    CONTACT = "CONTACT", "Contact"
    DRAFTING = "DRAFTING", "En montage"
    DIAGNOSIS = "DIAGNOSIS", "Diagnostic demandé"
    READY = "READY", "Prêt pour le comité"
    SCHEDULED = "SCHEDULED", "Inscrit à une séance"
    EXTRA_DIAGNOSIS = "EXTRA_DIAGNOSIS", "Diagnostic complémentaire"
    DEFERRED = "DEFERRED", "Ajourné"
    APPROVED_CONDITIONS = "APPROVED_CONDITIONS", "Agréé sous conditions"
    APPROVED = "APPROVED", "Agréé, à contractualiser"
    REJECTED = "REJECTED", "Refusé"
    WITHDRAWN = "WITHDRAWN", "Retiré"
    DROPPED = "DROPPED", "Sans suite"
    LABELLED = "LABELLED", "En accompagnement"
    REVIEW_DUE = "REVIEW_DUE", "Bilan à produire"
    CLOSED = "CLOSED", "Clos"
    INTERRUPTED = "INTERRUPTED", "Accompagnement interrompu"


_S = ProjectStatus
PROJECT_TRANSITIONS = TransitionTable(
    ProjectStatus,
    {
        _S.CONTACT: frozenset({_S.DRAFTING, _S.DROPPED}),
        _S.DRAFTING: frozenset({_S.DIAGNOSIS, _S.DROPPED, _S.WITHDRAWN}),
        _S.DIAGNOSIS: frozenset({_S.READY, _S.DRAFTING, _S.WITHDRAWN}),
        _S.READY: frozenset({_S.SCHEDULED, _S.WITHDRAWN}),
        _S.SCHEDULED: frozenset(
            {
                _S.READY,
                _S.APPROVED,
                _S.APPROVED_CONDITIONS,
                _S.DEFERRED,
                _S.EXTRA_DIAGNOSIS,
                _S.REJECTED,
                _S.WITHDRAWN,
            }
        ),
        _S.EXTRA_DIAGNOSIS: frozenset({_S.READY, _S.WITHDRAWN}),
        _S.DEFERRED: frozenset({_S.READY, _S.WITHDRAWN}),
        _S.APPROVED_CONDITIONS: frozenset({_S.APPROVED, _S.READY, _S.WITHDRAWN}),
        _S.APPROVED: frozenset({_S.LABELLED, _S.READY, _S.WITHDRAWN}),
        _S.LABELLED: frozenset({_S.REVIEW_DUE, _S.INTERRUPTED}),
        _S.REVIEW_DUE: frozenset({_S.CLOSED, _S.INTERRUPTED, _S.LABELLED}),
        _S.REJECTED: frozenset({_S.READY}),
        _S.WITHDRAWN: frozenset(),
        _S.DROPPED: frozenset({_S.DRAFTING}),
        _S.CLOSED: frozenset(),
        _S.INTERRUPTED: frozenset(),
    },
)

IN_COMMITTEE = frozenset({_S.SCHEDULED, _S.EXTRA_DIAGNOSIS, _S.DEFERRED})
DECIDED = frozenset(
    {
        _S.APPROVED,
        _S.APPROVED_CONDITIONS,
        _S.REJECTED,
        _S.LABELLED,
        _S.REVIEW_DUE,
        _S.CLOSED,
        _S.INTERRUPTED,
    }
)
SUPPORTED = frozenset({_S.LABELLED, _S.REVIEW_DUE})
ENDED = frozenset({_S.REJECTED, _S.WITHDRAWN, _S.DROPPED, _S.CLOSED, _S.INTERRUPTED})
GIVEN_UP = frozenset({_S.DROPPED, _S.WITHDRAWN, _S.INTERRUPTED})
"""What ended before its term: each says why."""
UNREADY = frozenset({_S.CONTACT, _S.DRAFTING, _S.DIAGNOSIS, _S.DROPPED})
"""Before a first diagnosis is validated; one withdrawn may have been ready or not."""
LABELLED = SUPPORTED | {_S.CLOSED, _S.INTERRUPTED}
"""Once the convention is signed."""
EDITABLE = frozenset(
    {_S.CONTACT, _S.DRAFTING, _S.DIAGNOSIS, _S.READY, _S.EXTRA_DIAGNOSIS, _S.DEFERRED}
)
"""While the sections may still change: never between the agenda and the vote."""


class Audience(models.TextChoices):
    """Who reads a status; each has its words (journeys.md, first table)."""

    OPERATOR = "OPERATOR", "Opérateur"
    MEMBER = "MEMBER", "Membre du comité"
    PREFECTURE = "PREFECTURE", "Préfecture"


_WORDS: dict[Audience, dict[ProjectStatus, str]] = {
    Audience.OPERATOR: {},
    Audience.MEMBER: {
        _S.DIAGNOSIS: "À venir",
        _S.READY: "À venir",
        _S.SCHEDULED: "À examiner",
        _S.APPROVED: "Agréé",
        _S.REVIEW_DUE: "Bilan",
    },
    Audience.PREFECTURE: {
        _S.APPROVED_CONDITIONS: "Agréé (cond.)",
        _S.APPROVED: "Agréé",
        _S.LABELLED: "En cours",
        _S.REVIEW_DUE: "Bilan",
        _S.INTERRUPTED: "Interrompu",
    },
}


def label_for(status: str, audience: Audience) -> str:
    """A status in the words of those who read it."""
    known = ProjectStatus(status)
    return _WORDS[audience].get(known, known.label)


class Stage(models.TextChoices):
    """The columns of the board, each a group of statuses."""

    CONTACT = "CONTACT", "Contact"
    DRAFTING = "DRAFTING", "Montage"
    DIAGNOSIS = "DIAGNOSIS", "Diagnostic"
    COMMITTEE = "COMMITTEE", "Comité"
    AGREEMENT = "AGREEMENT", "À contractualiser"
    SUPPORT = "SUPPORT", "Accompagnement"
    ENDED = "ENDED", "Terminé"


STAGES: dict[Stage, frozenset[ProjectStatus]] = {
    Stage.CONTACT: frozenset({_S.CONTACT}),
    Stage.DRAFTING: frozenset({_S.DRAFTING}),
    Stage.DIAGNOSIS: frozenset({_S.DIAGNOSIS}),
    Stage.COMMITTEE: frozenset({_S.READY}) | IN_COMMITTEE,
    Stage.AGREEMENT: frozenset({_S.APPROVED_CONDITIONS, _S.APPROVED}),
    Stage.SUPPORT: SUPPORTED,
    Stage.ENDED: ENDED,
}


class Section(models.TextChoices):
    """The six sections of a file (journeys.md O1); a value is the end of its address."""

    COMPANY = "entreprise", "Entreprise"
    OWNER = "dirigeant", "Dirigeant"
    PROJECT = "projet", "Projet"
    JOBS = "emplois", "Emplois"
    FUNDING = "financement", "Plan de financement"
    ATTACHMENTS = "pieces", "Pièces"


class Origin(models.TextChoices):
    """Who brought the company to the programme."""

    PARTNER = "PARTNER", "Un partenaire"
    RELAY = "RELAY", "Une structure relais"
    DIRECT = "DIRECT", "L'entreprise elle-même"


class Category(models.TextChoices):
    """The four categories of beneficiaries (R15)."""

    GROWTH = "GROWTH", "Entreprise en développement"
    TAKEOVER = "TAKEOVER", "Reprise d'entreprise"
    STRUCTURING = "STRUCTURING", "Projet structurant, peu créateur à court terme"
    START_UP = "START_UP", "Créateur d'entreprise à potentiel"


class Request(models.TextChoices):
    """What is asked of the committee (R18)."""

    BOTH = "BOTH", "Une avance et des compétences"
    ADVANCE = "ADVANCE", "Une avance remboursable"
    SKILLS = "SKILLS", "Des compétences"


class ContractKind(models.TextChoices):
    """The contract of a job (kpis.md, Emploi)."""

    PERMANENT = "PERMANENT", "CDI"
    FIXED_TERM = "FIXED_TERM", "CDD de six mois et plus"
    APPRENTICE = "APPRENTICE", "Alternance"
    OTHER = "OTHER", "Autre"


class JobNature(models.TextChoices):
    """Jobs to create and jobs to keep: never added together (kpis.md, Emploi)."""

    CREATED = "CREATED", "Emplois à créer"
    RETAINED = "RETAINED", "Emplois à maintenir"


class FundingKind(models.TextChoices):
    """Where the money of a project comes from (R18)."""

    OWN = "OWN", "Fonds propres"
    BANK = "BANK", "Prêt bancaire"
    HONOUR_LOAN = "HONOUR_LOAN", "Prêt d'honneur"
    PUBLIC_AID = "PUBLIC_AID", "Aide publique"
    ALIZE = "ALIZE", "Avance ALIZE"
    OTHER = "OTHER", "Autre financement"


class Opinion(models.TextChoices):
    """What the referrer proposes to the committee (journeys.md C6)."""

    FAVOURABLE = "FAVOURABLE", "Favorable"
    RESERVED = "RESERVED", "Favorable avec réserves"
    UNFAVOURABLE = "UNFAVOURABLE", "Défavorable"


class Rating(models.IntegerChoices):
    """How the referrer rates one of the three criteria of R13."""

    WEAK = 1, "Insuffisant"
    FRAGILE = 2, "Fragile"
    GOOD = 3, "Bon"
    STRONG = 4, "Très bon"


class Situation(models.TextChoices):
    """The word of the follow-up lead on a company."""

    GOOD = "GOOD", "Bien"
    WATCH = "WATCH", "À surveiller"
    DIFFICULT = "DIFFICULT", "Difficile"


class Usefulness(models.TextChoices):
    """The word of the owner on the support (kpis.md K26)."""

    USEFUL = "USEFUL", "Oui, utile"
    PARTLY = "PARTLY", "En partie"
    USELESS = "USELESS", "Non, pas utile"


SUPPORT_MONTHS = 18
"""How long a company is accompanied; then its balance is due (R35)."""
FOLLOW_UP_MONTHS = (1, 3, 6, 9, 12, 15, 18, 24, 36)
"""The reviews after the signature: eighteen months of follow-up, then observation (R35, R86)."""
OPINION_MONTHS = (6, 18)
"""When the owner is asked what the support is worth (M19, kpis.md K26)."""
