"""The national side reads consolidated rows in `public`, never the basins themselves (D19)."""

from typing import ClassVar

from django.db import models

from basins.models import Basin
from network.candidacies.models import (
    Candidacy,
    CandidatePartner,
    CandidatePledge,
    NationalDecision,
)

__all__ = [
    "BasinState",
    "BasinYear",
    "Candidacy",
    "CandidatePartner",
    "CandidatePledge",
    "NationalDecision",
]


class BasinYear(models.Model):
    """Chiffres d'un bassin pour une année : recomputed after each act that changes one.

    Amounts in cents, jobs in tenths of a full-time equivalent, days in tenths. Jobs and days
    follow the cohort of the year, so that years add up.
    """

    basin = models.ForeignKey(Basin, on_delete=models.PROTECT, related_name="years", db_index=False)
    year = models.PositiveSmallIntegerField()
    meetings = models.PositiveIntegerField(default=0)
    projects_examined = models.PositiveIntegerField(default=0)
    projects_approved = models.PositiveIntegerField(default=0)
    projects_decided = models.PositiveIntegerField(default=0)
    advances_granted = models.BigIntegerField(default=0)
    advances_lent = models.BigIntegerField(default=0)
    jobs_planned_tenths = models.BigIntegerField(default=0)
    jobs_created_tenths = models.BigIntegerField(default=0)
    days_contracted_tenths = models.BigIntegerField(default=0)
    days_done_tenths = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = "année d'un bassin"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["basin", "year"], name="basin_year_is_unique"),
        ]
        indexes: ClassVar = [models.Index(fields=["year"])]

    def __str__(self) -> str:
        return f"{self.basin} {self.year}"


class BasinState(models.Model):
    """Situation d'un bassin : what is true today, with the instant it was computed."""

    basin = models.OneToOneField(Basin, on_delete=models.PROTECT, related_name="state")
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    companies = models.PositiveIntegerField(default=0)
    authorities = models.PositiveIntegerField(default=0)
    beneficiaries = models.PositiveIntegerField(default=0)
    projects_open = models.PositiveIntegerField(default=0)
    projects_supported = models.PositiveIntegerField(default=0)
    reviews_late = models.PositiveIntegerField(default=0)
    reviews_late_since = models.DateField(null=True)
    outstanding = models.BigIntegerField(default=0)
    arrears = models.BigIntegerField(default=0)
    arrears_since = models.DateField(null=True)
    late_loans = models.PositiveIntegerField(default=0)
    lent = models.BigIntegerField(default=0)
    lost = models.BigIntegerField(default=0)
    last_meeting_on = models.DateField(null=True)
    convention_number = models.PositiveSmallIntegerField(null=True)
    convention_ends_on = models.DateField(null=True)
    contested = models.PositiveIntegerField(default=0)
    contested_since = models.DateField(null=True)
    texts = models.JSONField(default=dict)
    """By kind of text: `versions` of the agreements in force, `empty` names of each to come."""
    turnover_before = models.BigIntegerField(default=0)
    turnover_after = models.BigIntegerField(default=0)
    turnover_companies = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "situation d'un bassin"

    def __str__(self) -> str:
        return f"{self.basin} {self.as_of}"
