"""Choices of the signature: where a circuit stands, where each signer stands, what is noted."""

from django.db import models

from alize.common.transitions import TransitionTable


class CircuitStatus(models.TextChoices):
    OPEN = "OPEN", "En signature"
    PAUSED = "PAUSED", "En pause"
    COMPLETE = "COMPLETE", "Signé par tous, à sceller"
    SEALED = "SEALED", "Signé et scellé"
    REFUSED = "REFUSED", "Signature refusée"
    EXPIRED = "EXPIRED", "Délai dépassé"
    CANCELLED = "CANCELLED", "Annulé"


CIRCUIT_TRANSITIONS = TransitionTable(
    CircuitStatus,
    {
        CircuitStatus.OPEN: frozenset(
            {
                CircuitStatus.PAUSED,
                CircuitStatus.COMPLETE,
                CircuitStatus.REFUSED,
                CircuitStatus.EXPIRED,
                CircuitStatus.CANCELLED,
            }
        ),
        CircuitStatus.PAUSED: frozenset(
            {
                CircuitStatus.OPEN,
                # Somebody refuses what is bound to it, and that is not in pause.
                CircuitStatus.REFUSED,
                CircuitStatus.CANCELLED,
            }
        ),
        CircuitStatus.COMPLETE: frozenset(
            {
                CircuitStatus.SEALED,
                CircuitStatus.PAUSED,
                CircuitStatus.REFUSED,
                CircuitStatus.CANCELLED,
            }
        ),
        CircuitStatus.SEALED: frozenset(),
        CircuitStatus.REFUSED: frozenset(),
        CircuitStatus.EXPIRED: frozenset({CircuitStatus.OPEN, CircuitStatus.CANCELLED}),
        CircuitStatus.CANCELLED: frozenset(),
    },
)
ENDED = frozenset({CircuitStatus.REFUSED, CircuitStatus.EXPIRED, CircuitStatus.CANCELLED})
"""Nobody signs any more; only an expired circuit may be extended."""
SIGNED_BY_ALL = frozenset({CircuitStatus.COMPLETE, CircuitStatus.SEALED})
GIVEN_UP = frozenset({CircuitStatus.REFUSED, CircuitStatus.CANCELLED})
"""Nobody ever signs again."""


class SignerStatus(models.TextChoices):
    WAITING = "WAITING", "À venir"
    INVITED = "INVITED", "À signer"
    PAPER = "PAPER", "Exemplaire à confirmer"
    SIGNED = "SIGNED", "Signé"
    REFUSED = "REFUSED", "Refusé"
    REPLACED = "REPLACED", "A délégué"


SIGNER_TRANSITIONS = TransitionTable(
    SignerStatus,
    {
        SignerStatus.WAITING: frozenset({SignerStatus.INVITED}),
        SignerStatus.INVITED: frozenset(
            {
                SignerStatus.PAPER,
                SignerStatus.SIGNED,
                SignerStatus.REFUSED,
                SignerStatus.REPLACED,
                # Somebody before them is expected again.
                SignerStatus.WAITING,
            }
        ),
        SignerStatus.PAPER: frozenset({SignerStatus.SIGNED, SignerStatus.INVITED}),
        # On paper, and contested: they are expected again.
        SignerStatus.SIGNED: frozenset({SignerStatus.INVITED}),
        SignerStatus.REFUSED: frozenset(),
        SignerStatus.REPLACED: frozenset(),
    },
)
ASKED = frozenset(
    {SignerStatus.INVITED, SignerStatus.PAPER, SignerStatus.SIGNED, SignerStatus.REPLACED}
)
"""Who has signed, was asked to or has delegated: they are told how it ends."""
DONE = frozenset({SignerStatus.SIGNED, SignerStatus.REPLACED})
"""Nothing is expected from them any more, and the circuit goes on."""


class SignatureWay(models.TextChoices):
    ONLINE = "ONLINE", "En ligne, par code"
    ACCOUNT = "ACCOUNT", "Dans l'application, second facteur"
    PAPER = "PAPER", "Sur papier"
    EXTERNAL = "EXTERNAL", "Avec un autre outil"


ON_COPY = frozenset({SignatureWay.PAPER, SignatureWay.EXTERNAL})
"""Shown by a copy: one person uploads it, another confirms it, and its signer may contest it."""


class Settlement(models.TextChoices):
    """Suite donnée à une signature that its signer contested once the document was sealed."""

    KEPT = "KEPT", "Signature confirmée"
    SET_ASIDE = "SET_ASIDE", "Signature écartée"


class EventKind(models.TextChoices):
    """What the evidence of a circuit notes, one line each (signature.md 6.4)."""

    LAUNCHED = "LAUNCHED", "Circuit lancé"
    CEREMONY = "CEREMONY", "Cérémonie de signature annoncée"
    SENT = "SENT", "Lien de signature envoyé"
    REMINDED = "REMINDED", "Relance envoyée"
    UNDELIVERED = "UNDELIVERED", "Courriel refusé à cette adresse"
    OPENED = "OPENED", "Page de signature ouverte"
    READ = "READ", "Page de signature lue jusqu'au bout"
    DOWNLOADED = "DOWNLOADED", "Document ouvert"
    CODE_SENT = "CODE_SENT", "Code envoyé"
    CODE_REFUSED = "CODE_REFUSED", "Code refusé"
    CODE_ACCEPTED = "CODE_ACCEPTED", "Code accepté"
    CONSENTED = "CONSENTED", "Consentement donné"
    SIGNED = "SIGNED", "Signature"
    REFUSED = "REFUSED", "Refus de signer"
    CORRECTION_ASKED = "CORRECTION_ASKED", "Correction demandée"
    RESUMED = "RESUMED", "Circuit repris"
    MANDATE_RENEWED = "MANDATE_RENEWED", "Mandat renouvelé"
    DELEGATION_ASKED = "DELEGATION_ASKED", "Délégation demandée"
    DELEGATION_ACCEPTED = "DELEGATION_ACCEPTED", "Délégation acceptée"
    DELEGATION_DECLINED = "DELEGATION_DECLINED", "Délégation écartée"
    PAPER_CHOSEN = "PAPER_CHOSEN", "Signature sur papier annoncée"
    PAPER_RECORDED = "PAPER_RECORDED", "Exemplaire signé déposé"
    PAPER_REJECTED = "PAPER_REJECTED", "Exemplaire signé écarté"
    DISPUTED = "DISPUTED", "Signature contestée"
    KEPT = "KEPT", "Contestation écartée, signature confirmée"
    SET_ASIDE = "SET_ASIDE", "Signature écartée après contestation"
    MADE_GOOD = "MADE_GOOD", "Signature écartée, régularisée par un autre acte"
    EXTENDED = "EXTENDED", "Délai prolongé"
    EXPIRED = "EXPIRED", "Délai dépassé"
    CANCELLED = "CANCELLED", "Circuit annulé"
    COMPLETED = "COMPLETED", "Dernière signature recueillie"
    SEALED = "SEALED", "Document scellé"
