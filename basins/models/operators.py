"""Who runs a basin, as it is now."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.accounts.models import LONGEST_NAME
from alize.common.constraints import together
from basins.models.basins import Basin


class LocalOperator(models.Model):
    """Opérateur local : the legal person that runs the basin, as it is now (R38, R44)."""

    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, related_name="operators")
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court", max_length=40)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    address = models.CharField("siège", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    """Called by those who have no account, from the pages and letters that they receive (C7)."""
    representative = models.CharField("représenté par", max_length=LONGEST_NAME, blank=True)
    representative_function = models.CharField("en qualité de", max_length=120, blank=True)
    representative_email = models.EmailField("son adresse électronique", max_length=254, blank=True)
    """Warned of each role that handles money (SD12)."""
    revision = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = AuthorField(null=True)

    class Meta:
        verbose_name = "opérateur local"
        constraints: ClassVar = [
            *together("local_operator", "changed"),
            models.CheckConstraint(
                condition=Q(siren="") | Q(siren__regex=r"^[0-9]{9}$"),
                name="local_operator_siren_has_nine_digits",
                violation_error_message="Un numéro SIREN a neuf chiffres.",
            ),
            models.CheckConstraint(
                condition=~Q(representative="") | Q(representative_function=""),
                name="local_operator_function_is_of_somebody",
                violation_error_message="Indiquez qui représente l'opérateur en cette qualité.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
