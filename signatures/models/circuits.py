"""A circuit of signature: one document, frozen, that its signers sign until it is sealed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from alize.documents.models import DIGEST, GeneratedDocument
from signatures.enums import ENDED, GIVEN_UP, CircuitStatus
from signatures.rules import ORIGIN


class CircuitQuerySet(models.QuerySet["Circuit"]):
    def bound_to(self, circuit: "Circuit") -> Self:
        """The circuits that are sealed with this one, itself included, in the order of locks."""
        return self.filter(bundle=circuit.bundle).order_by("pk")


class Circuit(models.Model):
    """Circuit de signature : one document, frozen, that its signers sign until it is sealed."""

    document = models.ForeignKey(
        GeneratedDocument, on_delete=models.PROTECT, related_name="circuits"
    )
    title = models.CharField("titre", max_length=200)
    text_title = models.CharField("modèle national", max_length=80, blank=True)
    text_version = models.PositiveSmallIntegerField("version du modèle", null=True)
    text_sha256 = models.CharField("empreinte du modèle", max_length=64, blank=True)
    """The national text that the document was drafted from, when there is one (A7)."""
    summary = models.JSONField("ce que vous signez", default=list)
    """Terms and values, as the signers read them."""
    bundle = models.UUIDField()
    """Shared by circuits that are sealed together (R59)."""
    effect = models.CharField(max_length=60, blank=True)
    """The kind of work done once when the document is sealed, if any."""
    status = models.CharField(
        "état", max_length=9, choices=CircuitStatus, default=CircuitStatus.OPEN
    )
    expires_on = models.DateField("à signer au plus tard le")
    message = models.CharField("message aux signataires", max_length=500, blank=True)
    ceremony_at = models.DateTimeField("cérémonie de signature le", null=True)
    ceremony_place = models.CharField("lieu de la cérémonie", max_length=200, blank=True)
    launched_at = models.DateTimeField("lancé le")
    launched_by = AuthorField()
    paused_at = models.DateTimeField(null=True)
    pause_reason = models.CharField("correction demandée", max_length=500, blank=True)
    completed_at = models.DateTimeField("dernière signature le", null=True)
    sealed_at = models.DateTimeField("scellé le", null=True)
    sealed_document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Dossier de preuve, for a dispute: restricted, since it holds addresses of machines."""
    seal_tries = models.PositiveSmallIntegerField(default=0)
    seal_error = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField("motif", max_length=500, blank=True)
    cancelled_by = AuthorField(null=True)
    event_count = models.PositiveIntegerField(default=0)
    event_digest = models.CharField(max_length=64, default=ORIGIN)
    """Head of the chain of events, moved by the database alone."""
    objects = CircuitQuerySet.as_manager()

    class Meta:
        verbose_name = "circuit de signature"
        ordering: ClassVar = ["-launched_at"]
        indexes: ClassVar = [models.Index(fields=["bundle"])]
        constraints: ClassVar = [
            one_of("circuit", "status", CircuitStatus),
            models.CheckConstraint(
                condition=Q(text_title="", text_version=None, text_sha256="")
                | ~Q(text_title="") & Q(text_version__gte=1, text_sha256__regex=DIGEST),
                name="circuit_text_is_whole",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=~Q(status__in=sorted(ENDED)),
                name="circuit_one_live",
                violation_error_message="Ce document est déjà en signature.",
            ),
            models.CheckConstraint(
                condition=Q(ceremony_at=None, ceremony_place="")
                | Q(ceremony_at__isnull=False) & ~Q(ceremony_place=""),
                name="circuit_ceremony_has_its_place",
                violation_error_message="Dites où se tient la cérémonie.",
            ),
            models.CheckConstraint(
                condition=Q(status="PAUSED", paused_at__isnull=False)
                | (~Q(status="PAUSED") & Q(paused_at=None)),
                name="circuit_paused_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["COMPLETE", "SEALED"], completed_at__isnull=False)
                | Q(status__in=sorted(GIVEN_UP))
                | (~Q(status__in=["COMPLETE", "SEALED"]) & Q(completed_at=None)),
                name="circuit_complete_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="SEALED",
                    sealed_at__isnull=False,
                    sealed_document__isnull=False,
                    evidence__isnull=False,
                )
                | (~Q(status="SEALED") & Q(sealed_at=None, sealed_document=None, evidence=None)),
                name="circuit_sealed_has_its_documents",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(ENDED), ended_at__isnull=False)
                | (~Q(status__in=sorted(ENDED)) & Q(ended_at=None)),
                name="circuit_ended_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_by__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_by=None)),
                name="circuit_cancelled_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["REFUSED", "CANCELLED"]) | ~Q(end_reason=""),
                name="circuit_ended_says_why",
                violation_error_message="Dites pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.document.reference})"
