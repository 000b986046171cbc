"""The diagnosis that comes before the committee."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField, PersonField
from alize.common.constraints import one_of, together
from partners.models import Partner
from projects.enums import Opinion, Rating
from projects.models.project import Project


class DiagnosisQuerySet(models.QuerySet["PreliminaryDiagnosis"]):
    def under_way(self) -> "DiagnosisQuerySet":
        """Asked, and neither validated nor given to somebody else."""
        return self.filter(validated_at=None, cancelled_at=None)

    def standing(self) -> "DiagnosisQuerySet":
        """Those that count: not given to somebody else."""
        return self.filter(cancelled_at=None)


class PreliminaryDiagnosis(models.Model):
    """Diagnostic préalable : asked of the referrer, delivered before the meeting (R33)."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="diagnoses")
    referrer = PersonField()
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    question = models.TextField("question", blank=True)
    conflict_reason = models.CharField("raison de ce choix", max_length=200, blank=True)
    """Why this referrer, though of the company's own group (journeys.md O2)."""
    asked_at = models.DateTimeField()
    asked_by = AuthorField()
    due_on = models.DateField("à rendre le")
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    complement = models.TextField("complément demandé", blank=True)
    complement_at = models.DateTimeField(null=True)
    validated_at = models.DateTimeField(null=True)
    validated_by = AuthorField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)

    context = models.TextField("contexte", blank=True)
    market = models.TextField("marché", blank=True)
    management = models.TextField("dirigeant", blank=True)
    finances = models.TextField("finances", blank=True)
    skills = models.TextField("besoin en compétences", blank=True)
    jobs = models.TextField("emplois", blank=True)
    risks = models.TextField("risques", blank=True)
    project_rating = models.PositiveSmallIntegerField(
        "qualité du projet", choices=Rating, null=True, blank=True
    )
    project_comment = models.CharField("en une phrase", max_length=300, blank=True)
    owner_rating = models.PositiveSmallIntegerField(
        "capacité du porteur", choices=Rating, null=True, blank=True
    )
    owner_comment = models.CharField("en une phrase", max_length=300, blank=True)
    impact_rating = models.PositiveSmallIntegerField(
        "impact sur le territoire", choices=Rating, null=True, blank=True
    )
    impact_comment = models.CharField("en une phrase", max_length=300, blank=True)
    opinion = models.CharField("avis", max_length=12, choices=Opinion, blank=True)
    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        verbose_name = "diagnostic préalable"
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            one_of("preliminary_diagnosis", "project_rating", Rating),
            one_of("preliminary_diagnosis", "owner_rating", Rating),
            one_of("preliminary_diagnosis", "impact_rating", Rating),
            one_of("preliminary_diagnosis", "opinion", ["", *Opinion]),
            *together("preliminary_diagnosis", "validated", "cancelled"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(validated_at=None, cancelled_at=None),
                name="preliminary_diagnosis_one_under_way",
                violation_error_message="Un diagnostic est déjà demandé pour ce dossier.",
            ),
            models.CheckConstraint(
                condition=Q(validated_at=None) | Q(submitted_at__isnull=False),
                name="preliminary_diagnosis_validated_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(complement="", complement_at=None)
                | (~Q(complement="") & Q(complement_at__isnull=False)),
                name="preliminary_diagnosis_complement_with_its_day",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | ~Q(opinion=""),
                name="preliminary_diagnosis_submitted_with_opinion",
                violation_error_message="Choisissez un avis avant de rendre le diagnostic.",
            ),
        ]

    def __str__(self) -> str:
        return f"Diagnostic {self.project.reference}"

    @property
    def expected_since(self) -> datetime:
        """When it was last asked for: reminders count from there (journeys.md O2)."""
        return self.complement_at or self.asked_at


class FinancialYear(models.Model):
    """Exercice : three figures of one year of the company, as the referrer read them (C6)."""

    diagnosis = models.ForeignKey(
        PreliminaryDiagnosis, on_delete=models.CASCADE, related_name="years", db_index=False
    )
    year = models.PositiveSmallIntegerField("exercice")
    turnover = models.BigIntegerField("chiffre d'affaires", null=True, blank=True)
    result = models.BigIntegerField("résultat", null=True, blank=True)
    equity = models.BigIntegerField("capitaux propres", null=True, blank=True)

    class Meta:
        verbose_name = "exercice"
        ordering: ClassVar = ["-year"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["diagnosis", "year"],
                name="financial_year_is_once",
                violation_error_message="Cet exercice est déjà dans le diagnostic.",
            ),
            models.CheckConstraint(
                condition=Q(turnover=None) | Q(turnover__gte=0),
                name="financial_year_turnover_not_negative",
                violation_error_message="Un chiffre d'affaires n'est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.diagnosis} {self.year}"
