"""The local steering and evaluation committee and its yearly report (R23-R26)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from alize.documents.models import GeneratedDocument
from committees.models import Decision
from signatures.models import Circuit
from steering.enums import SteeringStatus, Verdict


class EvaluationReport(models.Model):
    """Rapport d'évaluation annuel : frozen figures, their PDF and their spreadsheet (R6, R25)."""

    year = models.PositiveSmallIntegerField("année")
    version = models.PositiveSmallIntegerField(default=1)
    as_of = models.DateField("arrêté au")
    figures = models.JSONField(default=dict)
    prepared_at = models.DateTimeField()
    prepared_by = AuthorField()
    published_at = models.DateTimeField(null=True)
    published_by = AuthorField(null=True)
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


class SteeringMeeting(models.Model):
    """Séance du comité local de pilotage et d'évaluation, numbered in the basin (R84).

    One held before the tool was never convened here: nobody closed it either.
    """

    number = models.PositiveSmallIntegerField("numéro", unique=True)
    status = models.CharField(
        "état", max_length=8, choices=SteeringStatus, default=SteeringStatus.CONVENED
    )
    held_on = models.DateField("date")
    hour = models.TimeField("heure", null=True)
    place = models.CharField("lieu", max_length=120, blank=True)
    agenda = models.TextField("ordre du jour", blank=True)
    report = models.ForeignKey(
        EvaluationReport, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The yearly report that is presented (R25)."""
    convened_at = models.DateTimeField(null=True)
    convened_by = AuthorField(null=True)
    chaired_by = models.CharField("présidée par", max_length=120, blank=True)
    attendees = models.TextField("présents", blank=True)
    orientations = models.TextField("orientations", blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = AuthorField(null=True)
    document = models.OneToOneField(
        GeneratedDocument, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Relevé de décisions: the last version, until it is signed."""
    circuit = models.OneToOneField(Circuit, on_delete=models.PROTECT, null=True, related_name="+")
    signed_on = models.DateField("relevé signé le", null=True)

    class Meta:
        verbose_name = "comité de pilotage"
        ordering: ClassVar = ["-held_on"]
        constraints: ClassVar = [
            one_of("steering_meeting", "status", SteeringStatus),
            *together("steering_meeting", "convened", "closed"),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="CONVENED"),
                name="steering_meeting_one_convened",
                violation_error_message=(
                    "Un comité de pilotage est déjà convoqué : enregistrez d'abord ses conclusions."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="CONVENED", convened_at__isnull=False, closed_at=None)
                | ~Q(status="CONVENED") & (Q(closed_at__isnull=False) | Q(convened_at=None)),
                name="steering_meeting_held_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(circuit=None) | Q(document__isnull=False),
                name="steering_meeting_signs_its_minutes",
            ),
            models.CheckConstraint(
                condition=Q(document=None) | ~Q(status="CONVENED") & ~Q(orientations=""),
                name="steering_meeting_minutes_say_something",
                violation_error_message="Écrivez au moins une conclusion.",
            ),
            models.CheckConstraint(
                condition=Q(status="SIGNED", signed_on__isnull=False, circuit__isnull=False)
                | ~Q(status="SIGNED") & Q(signed_on=None),
                name="steering_meeting_signed_has_its_day",
            ),
        ]

    def __str__(self) -> str:
        return f"Comité de pilotage n° {self.number}"


class Validation(models.Model):
    """Validation a posteriori: what a committee said of a decision, which stands (R25, R31)."""

    meeting = models.ForeignKey(
        SteeringMeeting, on_delete=models.PROTECT, related_name="validations"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="validations", db_index=False
    )
    verdict = models.CharField("avis", max_length=9, choices=Verdict)
    remark = models.CharField("observation", max_length=500, blank=True)

    class Meta:
        verbose_name = "validation a posteriori"
        constraints: ClassVar = [
            one_of("validation", "verdict", Verdict),
            models.UniqueConstraint(
                fields=["decision"],
                name="validation_is_once",
                violation_error_message=(
                    "Un autre comité de pilotage vient d'examiner une de ces décisions : rouvrez "
                    "cette page pour voir celles qui restent."
                ),
            ),
            models.CheckConstraint(
                condition=Q(verdict="VALIDATED", remark="")
                | ~Q(verdict="VALIDATED") & ~Q(remark=""),
                name="validation_says_what_is_not_plain",
                violation_error_message="Écrivez l'observation ou la réserve du comité.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.reference} : {self.get_verdict_display()}"
