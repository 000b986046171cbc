"""The journal of each basin, and of the national side in `public`."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class AuditHead(models.Model):
    """Tête du journal : the single row whose lock orders the chain of one schema."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        verbose_name = "tête du journal"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="audit_head_is_single"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.digest[:12]}"


class AuditEvent(models.Model):
    """Événement du journal : who did which act on what, and when; ids and digests, never names.

    Append-only; `sequence`, `previous_digest` and `digest` are set by the database.
    """

    sequence = models.BigIntegerField(unique=True, db_default=0)
    at = models.DateTimeField()
    type = models.CharField(max_length=60)
    by_id = models.BigIntegerField(null=True)
    target_type = models.CharField(max_length=60, blank=True)
    target_id = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    previous_digest = models.CharField(max_length=64, db_default="")
    digest = models.CharField(max_length=64, db_default="")

    class Meta:
        verbose_name = "événement du journal"
        ordering: ClassVar = ["sequence"]
        indexes: ClassVar = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.sequence} {self.type}"


class Command(models.Model):
    """Commande : a form already carried out once, so that sending it twice does it once (D14)."""

    key = models.UUIDField(primary_key=True)
    digest = models.CharField(max_length=64)
    by_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    result = models.JSONField(default=dict)

    class Meta:
        verbose_name = "commande"

    def __str__(self) -> str:
        return str(self.key)
