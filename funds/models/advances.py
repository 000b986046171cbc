"""The advances: the promise, and the plans of its repayment (R63)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from committees.models import Decision
from funds.enums import RESTRUCTURINGS, AdvanceStatus, AidBasis, ScheduleReason
from funds.rules.schedules import ROUNDING_UNITS
from projects.models import Project
from signatures.models import CircuitSigner


class Advance(models.Model):
    """Avance remboursable : 0 %, from the decision to the last instalment (R63)."""

    reference = models.CharField("référence", max_length=24, unique=True)
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="advances")
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="advance")
    status = models.CharField(
        "état", max_length=10, choices=AdvanceStatus, default=AdvanceStatus.GRANTED
    )
    company = models.CharField("entreprise", max_length=120, default="")
    """Its name when the advance was granted: a file of entries made again is the same."""
    granted_amount = models.BigIntegerField("montant accordé")
    renounced_amount = models.BigIntegerField("montant auquel l'entreprise renonce", default=0)
    """What two persons noted that the company does not need: it is never lent."""
    granted_on = models.DateField("accordée le")
    lines = models.PositiveSmallIntegerField("nombre d'échéances")
    step_months = models.PositiveSmallIntegerField("périodicité (mois)", default=1)
    grace_months = models.PositiveSmallIntegerField("différé (mois)", default=0)
    rounding_unit = models.PositiveSmallIntegerField("arrondi des échéances (centimes)", default=1)
    """That of the basin when the advance was granted: the convention says the amounts."""
    contracted_on = models.DateField("conventionnée le", null=True)
    cancelled_on = models.DateField("annulée le", null=True)
    aid_basis = models.CharField("poids de l'aide", max_length=10, choices=AidBasis, blank=True)
    aid_rate = models.PositiveSmallIntegerField("taux de l'équivalent-subvention", null=True)
    """Rate and margin, hundredths of a per cent. Both are those of the day of the convention: an
    aid keeps the weight that its certificate says."""

    class Meta:
        verbose_name = "avance"
        ordering: ClassVar = ["-granted_on", "reference"]
        constraints: ClassVar = [
            one_of("advance", "status", AdvanceStatus),
            one_of("advance", "aid_basis", ["", *AidBasis]),
            models.CheckConstraint(
                condition=Q(granted_amount__gt=0, lines__gt=0),
                name="advance_has_amount_and_lines",
            ),
            models.CheckConstraint(
                condition=Q(
                    renounced_amount__gte=0, renounced_amount__lte=models.F("granted_amount")
                ),
                name="advance_renounced_within_granted",
            ),
            models.CheckConstraint(
                condition=Q(step_months__in=[1, 3, 6]), name="advance_step_is_usual"
            ),
            models.CheckConstraint(
                condition=Q(rounding_unit__in=ROUNDING_UNITS), name="advance_rounding_is_usual"
            ),
            models.CheckConstraint(
                condition=~Q(status=AdvanceStatus.CONTRACTED) | Q(contracted_on__isnull=False),
                name="advance_contracted_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(status=AdvanceStatus.CANCELLED, cancelled_on__isnull=False)
                | (~Q(status=AdvanceStatus.CANCELLED) & Q(cancelled_on=None)),
                name="advance_cancelled_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(aid_basis="", aid_rate=None)
                | ~Q(aid_basis="") & Q(aid_rate__isnull=False),
                name="advance_weighs_one_way",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def promised(self) -> int:
        """What was granted and is not renounced: the most that may be lent."""
        return self.granted_amount - self.renounced_amount


class Precondition(models.Model):
    """Condition préalable : checked before an advance is paid; signed off, or waived for a reason.

    The suspensive conditions of the decision are lifted in the committee; these are the operator's.
    """

    advance = models.ForeignKey(
        Advance, on_delete=models.PROTECT, related_name="preconditions", db_index=False
    )
    label = models.CharField("condition", max_length=160)
    contested = models.OneToOneField(
        CircuitSigner, on_delete=models.PROTECT, null=True, related_name="precondition"
    )
    """The signature that it waits for: met with it alone, never waived."""
    due_on = models.DateField("attendue le", null=True, blank=True)
    met_on = models.DateField("remplie le", null=True)
    met_at = models.DateTimeField(null=True)
    met_by = AuthorField(null=True)
    waived_at = models.DateTimeField(null=True)
    waived_by = AuthorField(null=True)
    waiver = models.CharField("motif de la dispense", max_length=300, blank=True)

    class Meta:
        verbose_name = "condition préalable"
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            *together("precondition", "met", "waived"),
            models.UniqueConstraint(
                fields=["advance", "label"],
                name="precondition_is_once",
                violation_error_message="Cette condition est déjà dans la liste.",
            ),
            models.CheckConstraint(
                condition=Q(met_at=None, met_on=None)
                | Q(met_at__isnull=False, met_on__isnull=False),
                name="precondition_met_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(waived_at=None, waiver="")
                | (Q(waived_at__isnull=False) & ~Q(waiver="")),
                name="precondition_waived_has_its_reason",
                violation_error_message="Une dispense dit son motif.",
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(waived_at=None), name="precondition_met_or_waived"
            ),
            models.CheckConstraint(
                condition=Q(contested=None) | Q(waived_at=None),
                name="precondition_contested_is_not_waived",
                violation_error_message="Une signature contestée ne se dispense pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        """Whether it still blocks the payment."""
        return self.met_at is None and self.waived_at is None


class ScheduleVersion(models.Model):
    """Version d'échéancier : immutable; the one in force is the last effective (funds.md 2.5)."""

    advance = models.ForeignKey(
        Advance, on_delete=models.PROTECT, related_name="schedule_versions", db_index=False
    )
    no = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    opening_entry = models.ForeignKey(
        "Entry", on_delete=models.PROTECT, null=True, related_name="schedule_versions"
    )
    """The last entry of the ledger when the plan was made: what came later pays it."""
    reason = models.CharField("nature", max_length=10, choices=ScheduleReason)
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        related_name="schedule_versions",
        db_index=False,
    )
    """What the committee decided, for a reschedule or a moratorium; it serves once."""
    note = models.CharField("motif", max_length=300, blank=True)
    covers = models.BigIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()

    class Meta:
        verbose_name = "version d'échéancier"
        ordering: ClassVar = ["advance_id", "no"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["advance", "no"], name="schedule_version_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["decision"],
                name="schedule_version_decision_serves_once",
                violation_error_message="Cette décision du comité a déjà son échéancier.",
            ),
            one_of("schedule_version", "reason", ScheduleReason),
            models.CheckConstraint(
                condition=Q(reason__in=RESTRUCTURINGS, decision__isnull=False)
                | (~Q(reason__in=RESTRUCTURINGS) & Q(decision=None)),
                name="schedule_version_restructured_by_a_decision",
                violation_error_message=(
                    "Un rééchelonnement ou un moratoire suit une décision du comité."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance} v{self.no}"


class ScheduleLine(models.Model):
    """Échéance : one date and one amount; the lines of a version add up to what it covers (I11)."""

    version = models.ForeignKey(
        ScheduleVersion, on_delete=models.PROTECT, related_name="schedule_lines", db_index=False
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
