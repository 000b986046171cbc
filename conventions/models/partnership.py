"""The conventions that found a basin (R52-R59)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from partners.models import Partner


class PartnershipConvention(models.Model):
    """Convention de partenariat : creates or renews the basin for three years (R52, R7, R84)."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    starts_on = models.DateField("du")
    ends_on = models.DateField("au")
    signed_on = models.DateField("signée le", null=True, blank=True)
    signed_at_place = models.CharField("à", max_length=120, blank=True)
    jobs_target = models.PositiveSmallIntegerField("objectif d'emplois", default=225)
    partners = models.ManyToManyField(Partner, related_name="partnership_conventions")

    class Meta:
        verbose_name = "convention de partenariat"
        ordering: ClassVar = ["-starts_on"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="partnership_convention_ends_after_start",
                violation_error_message="La date de fin précède la date de début.",
            ),
        ]

    def __str__(self) -> str:
        return f"Convention de partenariat n° {self.number}"
