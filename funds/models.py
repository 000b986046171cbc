"""The fund of repayable advances: integer cents, movements that are only ever added (R41)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.models import Person
from alize.common.constraints import one_of, together
from committees.models import Decision
from funds.enums import AdvanceStatus, PaymentOrderStatus, ReversalStatus
from funds.rules import EventKind
from projects.models import Project


class Contribution(models.Model):
    """Dotation du fonds : money received from a funder on the account of advances."""

    funder = models.CharField("financeur", max_length=120)
    amount = models.BigIntegerField("montant")
    received_on = models.DateField("reçu le")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "dotation"
        ordering: ClassVar = ["received_on"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="contribution_is_positive"),
        ]

    def __str__(self) -> str:
        return self.funder


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


class PaymentOrder(models.Model):
    """Ordre de versement : prepared by one person, released by another (SD1)."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="payment_orders")
    amount = models.BigIntegerField("montant")
    pay_on = models.DateField("date du versement")
    status = models.CharField(
        "état", max_length=9, choices=PaymentOrderStatus, default=PaymentOrderStatus.PREPARED
    )
    prepared_at = models.DateTimeField()
    prepared_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "ordre de versement"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("payment_order", "status", PaymentOrderStatus),
            *together("payment_order", "released", "cancelled"),
            models.CheckConstraint(
                condition=Q(released_by=None) | ~Q(released_by=F("prepared_by")),
                name="payment_order_released_by_another",
                violation_error_message=(
                    "Un versement est préparé par une personne et libéré par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="RELEASED", released_at__isnull=False)
                | (~Q(status="RELEASED") & Q(released_at=None)),
                name="payment_order_released_has_its_hour",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_at__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_at=None)),
                name="payment_order_cancelled_has_its_hour",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_order_is_positive"),
            models.UniqueConstraint(
                fields=["advance"],
                condition=Q(status="PREPARED"),
                name="payment_order_one_waiting",
                violation_error_message="Un versement de cette avance attend déjà d'être libéré.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance} {self.amount}"


class Reversal(models.Model):
    """Annulation d'un remboursement : asked by one person, decided by another (SD11)."""

    movement = models.ForeignKey("Movement", on_delete=models.PROTECT, related_name="reversals")
    value_on = models.DateField("date de l'annulation")
    reason = models.CharField("motif", max_length=300)
    status = models.CharField(
        "état", max_length=8, choices=ReversalStatus, default=ReversalStatus.PROPOSED
    )
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "annulation de remboursement"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("reversal", "status", ReversalStatus),
            *together("reversal", "decided"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="reversal_decided_by_another",
                violation_error_message=(
                    "Une annulation est demandée par une personne et décidée par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at=None)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False)),
                name="reversal_decided_has_its_hour",
            ),
            models.UniqueConstraint(
                fields=["movement"],
                condition=Q(status="PROPOSED"),
                name="reversal_one_waiting",
                violation_error_message="Une annulation de ce remboursement attend déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.movement} : {self.reason}"


class Movement(models.Model):
    """Mouvement d'une avance : one event of its life, never changed; figures derive from it.

    `no` is the order of recording in the advance (funds.md 2.4). Triggers keep what was lent
    within what was granted and contracted, and what is owed at zero or above (I4).
    """

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="movements")
    no = models.PositiveIntegerField(db_default=0)
    kind = models.CharField("nature", max_length=12)
    value_on = models.DateField("date de valeur")
    amount = models.BigIntegerField("montant")
    order = models.OneToOneField(
        PaymentOrder, on_delete=models.PROTECT, null=True, related_name="movement"
    )
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    """The repayment that a bounce undoes, whole and once (I9)."""
    reversal = models.OneToOneField(
        Reversal, on_delete=models.PROTECT, null=True, related_name="mirror"
    )
    """What two persons wanted, without which nothing bounces (SD11)."""
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "mouvement"
        ordering: ClassVar = ["advance_id", "no"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advance", "no"], name="movement_number_is_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(EventKind)), name="movement_kind_is_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="movement_amount_is_positive",
                violation_error_message="Le montant doit être supérieur à zéro.",
            ),
            models.CheckConstraint(
                condition=Q(kind="DISBURSEMENT", order__isnull=False)
                | (~Q(kind="DISBURSEMENT") & Q(order=None)),
                name="movement_disbursement_has_its_order",
            ),
            models.CheckConstraint(
                condition=Q(kind="BOUNCE", reverses__isnull=False, reversal__isnull=False)
                | (~Q(kind="BOUNCE") & Q(reverses=None, reversal=None)),
                name="movement_bounce_has_its_reversal",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance} n° {self.no}"


class ScheduleVersion(models.Model):
    """Version d'échéancier : immutable; the one in force is the last effective (funds.md 2.5)."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="schedule_versions")
    no = models.PositiveSmallIntegerField()
    effective_on = models.DateField()
    opening_no = models.PositiveIntegerField(default=0)
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
