"""The small companies that ask for something."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Beneficiary(models.Model):
    """Bénéficiaire : the small company, once, whatever the number of its projects."""

    siret = models.CharField("SIRET", max_length=14, blank=True)
    name = models.CharField("raison sociale", max_length=120)
    legal_form = models.CharField("forme juridique", max_length=60, blank=True)
    activity = models.CharField("activité", max_length=200, blank=True)
    founded_on = models.DateField("créée le", null=True, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    town = models.CharField("commune", max_length=80, blank=True)
    ceased_on = models.DateField("cessation", null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    """Grows at each save of the company, from whichever of its files (journeys.md 4.0)."""

    class Meta:
        verbose_name = "entreprise"
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["siret"],
                condition=~Q(siret=""),
                name="beneficiary_siret_is_unique",
                violation_error_message="Cette entreprise est déjà connue sous ce SIRET.",
            ),
            models.CheckConstraint(
                condition=Q(siret="") | Q(siret__regex=r"^[0-9]{14}$"),
                name="beneficiary_siret_has_fourteen_digits",
                violation_error_message="Un numéro SIRET a quatorze chiffres.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AnnualAccounts(models.Model):
    """Chiffres annuels : turnover and headcount of a company for one year (K24)."""

    beneficiary = models.ForeignKey(
        Beneficiary, on_delete=models.PROTECT, related_name="accounts", db_index=False
    )
    year = models.PositiveSmallIntegerField("exercice")
    turnover = models.BigIntegerField("chiffre d'affaires", help_text="En centimes.")

    class Meta:
        verbose_name = "chiffres annuels"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["beneficiary", "year"], name="annual_accounts_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(turnover__gte=0),
                name="annual_accounts_turnover_not_negative",
                violation_error_message="Un chiffre d'affaires n'est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.beneficiary} {self.year}"
