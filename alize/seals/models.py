"""The public register of seals: what `/verifier/` may say of a sealed document to anybody."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.documents.models import DIGEST
from alize.seals.enums import FOLLOWED, Standing


class Seal(models.Model):
    """Cachet : a document sealed once; neither its signatories nor its title, only digests."""

    sha256 = models.CharField("empreinte", max_length=64, unique=True)
    original_sha256 = models.CharField("empreinte avant signature", max_length=64, db_index=True)
    signatures = models.PositiveSmallIntegerField("signatures")
    """How many people signed; none for what the platform seals by itself."""
    certificate = models.CharField("empreinte du certificat", max_length=64)
    sealed_at = models.DateTimeField("scellé le")

    class Meta:
        verbose_name = "cachet"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(
                    sha256__regex=DIGEST, original_sha256__regex=DIGEST, certificate__regex=DIGEST
                ),
                name="seal_digests_are_sha256",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class SealStanding(models.Model):
    """Situation d'un document scellé : the latest row is true; none means in force."""

    seal = models.ForeignKey(
        Seal, on_delete=models.PROTECT, related_name="standings", db_index=False
    )
    standing = models.CharField("situation", max_length=10, choices=Standing)
    replaced_by = models.CharField("remplacé par", max_length=60, blank=True)
    """Reference of the amendment or of the document that replaces it."""
    since = models.DateTimeField("depuis le")

    class Meta:
        verbose_name = "situation d'un document scellé"
        ordering: ClassVar = ["since", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(standing__in=sorted(FOLLOWED)) | Q(replaced_by=""),
                name="seal_standing_replaced_by_only_when_followed",
            ),
            models.CheckConstraint(
                condition=Q(standing__in=Standing.values), name="seal_standing_is_known"
            ),
            models.UniqueConstraint(
                fields=["seal", "standing", "since"], name="seal_standing_is_said_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seal} {self.standing}"
