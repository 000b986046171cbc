"""What happens in a circuit: codes sent, delegations asked, and the chain of its events."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.accounts.models import LONGEST_NAME
from alize.common.constraints import one_of, together
from alize.documents.models import DIGEST, StoredFile
from signatures.enums import EventKind
from signatures.models.circuits import Circuit
from signatures.models.signers import CircuitSigner
from signatures.rules import same_name


class SigningCode(models.Model):
    """Code de signature : six digits sent to the signer's address; only a digest is kept."""

    signer = models.ForeignKey(CircuitSigner, on_delete=models.PROTECT, related_name="codes")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "code de signature"
        ordering: ClassVar = ["-sent_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=DIGEST), name="signing_code_is_a_digest"
            ),
            models.CheckConstraint(condition=Q(tries__lte=5), name="signing_code_has_five_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.signer} {self.sent_at:%d/%m/%Y}"


class Delegation(models.Model):
    """Délégation de signature : asked by a signer with its mandate, decided by the operator."""

    signer = models.ForeignKey(CircuitSigner, on_delete=models.PROTECT, related_name="delegations")
    name = models.CharField("nom", max_length=LONGEST_NAME)
    function = models.CharField("fonction", max_length=120)
    email = models.EmailField("adresse électronique", max_length=254)
    mandate = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField("mandat du")
    ends_on = models.DateField("mandat au", null=True)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    accepted = models.BooleanField(null=True)

    class Meta:
        verbose_name = "délégation de signature"
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            *together("delegation", "decided"),
            models.CheckConstraint(
                condition=Q(decided_at=None, accepted=None)
                | Q(decided_at__isnull=False, accepted__isnull=False),
                name="delegation_decided_says_how",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("starts_on")),
                name="delegation_mandate_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
            models.UniqueConstraint(
                fields=["signer"],
                condition=Q(decided_at=None),
                name="delegation_one_waiting",
                violation_error_message="Votre demande de délégation attend déjà l'opérateur.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer} → {self.name}"

    def is_for(self, *, email: str, name: str) -> bool:
        """Whether somebody of this address, or of this name, is the one who would sign."""
        return self.email.lower() == email.lower() or same_name(self.name, name)


class SigningEvent(models.Model):
    """Événement de signature : what happened, when and from where, chained within its circuit.

    Append-only; `sequence`, `trace`, `previous_digest` and `digest` are set by the database.
    """

    circuit = models.ForeignKey(
        Circuit, on_delete=models.PROTECT, related_name="events", db_index=False
    )
    signer = models.ForeignKey(
        CircuitSigner, on_delete=models.PROTECT, null=True, related_name="events"
    )
    sequence = models.PositiveIntegerField(db_default=0)
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, choices=EventKind)
    ip = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    nonce = models.CharField(max_length=32)
    trace = models.CharField(max_length=64, db_default="")
    """Digest of the three above: the chain tells nobody's address."""
    facts = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, db_default="")
    digest = models.CharField(max_length=64, db_default="")

    class Meta:
        verbose_name = "événement de signature"
        ordering: ClassVar = ["circuit_id", "sequence"]
        constraints: ClassVar = [
            one_of("signing_event", "kind", EventKind),
            models.UniqueConstraint(
                fields=["circuit", "sequence"], name="signing_event_sequence_is_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.get_kind_display()}"
