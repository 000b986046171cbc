"""The de minimis aid that a company received elsewhere (EU 2023/2831)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import together
from projects.models import Beneficiary


class DeclaredAid(models.Model):
    """Aide de minimis déclarée : what a company, or another of its group, received elsewhere.

    A mistake is withdrawn, never erased: what was counted stays readable.
    """

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="declared_aids"
    )
    grantor = models.CharField("organisme", max_length=120)
    purpose = models.CharField("objet", max_length=160, blank=True)
    company = models.CharField("autre entreprise du groupe", max_length=120, blank=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    """Of the other company: the two are then one undertaking (funds.md 2.6)."""
    amount = models.BigIntegerField("montant")
    granted_on = models.DateField("accordée le")
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = AuthorField(null=True)
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "aide de minimis déclarée"
        ordering: ClassVar = ["-granted_on", "-pk"]
        constraints: ClassVar = [
            *together("declared_aid", "withdrawn"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="declared_aid_is_positive",
                violation_error_message="Le montant doit être supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(siren="", company="") | Q(siren__regex=r"^[0-9]{9}$") & ~Q(company=""),
                name="declared_aid_other_company_has_its_siren",
                violation_error_message=(
                    "Une autre entreprise du groupe se désigne par son nom et son SIREN."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grantor} {self.amount}"
