"""The local steering and evaluation committee and its yearly report (R23-R26)."""

from typing import ClassVar

from django.db import models

from alize.accounts.models import Person
from alize.common.constraints import together
from alize.documents.models import GeneratedDocument


class SteeringMeeting(models.Model):
    """Séance du comité local de pilotage et d'évaluation, numbered in the basin (R84)."""

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    held_on = models.DateField("tenue le")
    place = models.CharField("lieu", max_length=120, blank=True)
    chaired_by = models.CharField("présidée par", max_length=120, blank=True)
    orientations = models.TextField("orientations", blank=True)

    class Meta:
        verbose_name = "comité de pilotage"
        ordering: ClassVar = ["-held_on"]

    def __str__(self) -> str:
        return f"Comité de pilotage n° {self.number}"


class EvaluationReport(models.Model):
    """Rapport d'évaluation annuel : frozen figures, their PDF and their spreadsheet (R6, R25)."""

    year = models.PositiveSmallIntegerField("année")
    version = models.PositiveSmallIntegerField(default=1)
    as_of = models.DateField("arrêté au")
    figures = models.JSONField(default=dict)
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    spreadsheet = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "rapport d'évaluation"
        ordering: ClassVar = ["-year", "-version"]
        constraints: ClassVar = [
            *together("evaluation_report", "published"),
            models.UniqueConstraint(
                fields=["year", "version"], name="evaluation_report_version_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"Rapport {self.year} v{self.version}"
