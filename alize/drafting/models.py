"""The national texts of the agreements, version by version; basins read those published."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of
from alize.drafting.enums import TextKind


class TemplateVersionQuerySet(models.QuerySet["TemplateVersion"]):
    def published(self) -> Self:
        """Those that may serve, the latest first."""
        return self.filter(published_at__isnull=False).order_by("-number")


class TemplateVersion(models.Model):
    """Version d'un modèle : a draft of ASTREES, then published, and unchanged for ever (A7)."""

    kind = models.CharField("modèle", max_length=21, choices=TextKind)
    number = models.PositiveSmallIntegerField("version")
    source = models.TextField("texte")
    sha256 = models.CharField("empreinte", max_length=64)
    comment = models.TextField("ce qui change", blank=True)
    created_at = models.DateTimeField()
    created_by = AuthorField(null=True)
    """Nobody for those that come with the application; the same of who published."""
    effective_from = models.DateField("en vigueur à partir du", null=True)
    published_at = models.DateTimeField("publiée le", null=True)
    published_by = AuthorField("publiée par", null=True)
    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version d'un modèle"
        ordering: ClassVar = ["kind", "-number"]
        constraints: ClassVar = [
            one_of("template_version", "kind", TextKind),
            models.UniqueConstraint(
                fields=["kind", "number"], name="template_version_number_is_once"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(published_at=None),
                name="template_version_one_draft",
                violation_error_message="Ce modèle a déjà une version en préparation.",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None, effective_from=None)
                | Q(published_at__isnull=False, effective_from__isnull=False),
                name="template_version_published_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="template_version_digest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.number}"

    @property
    def is_draft(self) -> bool:
        """En préparation."""
        return self.published_at is None
