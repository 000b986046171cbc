"""The advances: the promise, and the plans of its repayment (R63)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.common.constraints import one_of
from committees.models import Decision
from funds.enums import AdvanceStatus
from projects.models import Project


class Advance(models.Model):
    """Avance remboursable : 0 %, from the decision to the last instalment (R63)."""

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="advances")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="advance")
    status = models.CharField(
        "état", max_length=10, choices=AdvanceStatus, default=AdvanceStatus.GRANTED
    )
    granted_amount = models.BigIntegerField("montant accordé")
    granted_on = models.DateField("accordée le")
    lines = models.PositiveSmallIntegerField("nombre d'échéances")
    step_months = models.PositiveSmallIntegerField("périodicité (mois)", default=1)
    grace_months = models.PositiveSmallIntegerField("différé (mois)", default=0)
    contracted_on = models.DateField("conventionnée le", null=True)

    class Meta:
        verbose_name = "avance"
        ordering: ClassVar = ["-granted_on", "reference"]
        constraints: ClassVar = [
            one_of("advance", "status", AdvanceStatus),
            models.CheckConstraint(
                condition=Q(granted_amount__gt=0, lines__gt=0),
                name="advance_has_amount_and_lines",
            ),
            models.CheckConstraint(
                condition=Q(step_months__in=[1, 3, 6]), name="advance_step_is_usual"
            ),
            models.CheckConstraint(
                condition=~Q(status=AdvanceStatus.CONTRACTED) | Q(contracted_on__isnull=False),
                name="advance_contracted_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.reference


class ScheduleVersion(models.Model):
    """Version d'échéancier : immutable; the one in force is the last effective (funds.md 2.5)."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="schedule_versions")
    no = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    opening_entry = models.ForeignKey(
        "Entry", on_delete=models.PROTECT, null=True, related_name="schedule_versions"
    )
    """The last entry of the ledger when the plan was made: what came later pays it."""
    reason = models.CharField(max_length=10)
    covers = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "version d'échéancier"
        ordering: ClassVar = ["advance_id", "no"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["advance", "no"], name="schedule_version_number_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(reason__in=["INITIAL", "TRANCHE", "RESCHEDULE", "MORATORIUM"]),
                name="schedule_version_reason_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance} v{self.no}"


class ScheduleLine(models.Model):
    """Échéance : one date and one amount; the lines of a version add up to what it covers (I11)."""

    version = models.ForeignKey(
        ScheduleVersion, on_delete=models.PROTECT, related_name="schedule_lines"
    )
    rank = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount = models.BigIntegerField()

    class Meta:
        verbose_name = "échéance"
        ordering: ClassVar = ["version_id", "rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "due_on"], name="schedule_line_date_is_once"
            ),
            models.UniqueConstraint(fields=["version", "rank"], name="schedule_line_rank_is_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="schedule_line_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.version} n° {self.rank}"
