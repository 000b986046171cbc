"""What takes two persons: money that leaves, entries that are undone (SD1, SD11)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from funds.enums import PaymentOrderStatus, ReversalCause, ReversalStatus
from funds.models.advances import Advance


class PaymentOrder(models.Model):
    """Ordre de versement : prepared by one person, released by another (SD1)."""

    advance = models.ForeignKey(Advance, on_delete=models.PROTECT, related_name="payment_orders")
    amount = models.BigIntegerField("montant")
    pay_on = models.DateField("date du versement")
    payee = models.ForeignKey(
        "PayeeAccount", on_delete=models.PROTECT, null=True, related_name="orders"
    )
    """Where it was released to: details approved two days before (SD2)."""
    plan = models.JSONField(null=True)
    """The lines of an irregular plan, `[day, cents]`; without it, the terms granted make one."""
    first_due_on = models.DateField("première échéance", null=True)
    """When it is not the usual one: its day is that of all the others (funds.md 2.2)."""
    status = models.CharField(
        "état", max_length=9, choices=PaymentOrderStatus, default=PaymentOrderStatus.PREPARED
    )
    prepared_at = models.DateTimeField()
    prepared_by = AuthorField()
    released_at = models.DateTimeField(null=True)
    released_by = AuthorField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = AuthorField(null=True)
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
                condition=Q(status="RELEASED", payee__isnull=False)
                | (~Q(status="RELEASED") & Q(payee=None)),
                name="payment_order_released_has_its_payee",
                violation_error_message="Un versement va à des coordonnées bancaires approuvées.",
            ),
            models.CheckConstraint(
                condition=Q(status="CANCELLED", cancelled_at__isnull=False)
                | (~Q(status="CANCELLED") & Q(cancelled_at=None)),
                name="payment_order_cancelled_has_its_hour",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_order_is_positive"),
            models.CheckConstraint(
                condition=Q(first_due_on=None) | Q(first_due_on__gt=F("pay_on"), plan=None),
                name="payment_order_first_due_after_payment",
                violation_error_message="La première échéance vient après le versement.",
            ),
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
    """Annulation d'une écriture : asked by one person, decided by another (SD11)."""

    entry = models.ForeignKey("Entry", on_delete=models.PROTECT, related_name="reversals")
    value_on = models.DateField("date de l'annulation")
    cause = models.CharField(
        "cause", max_length=5, choices=ReversalCause, default=ReversalCause.ERROR
    )
    reason = models.CharField("motif", max_length=300)
    status = models.CharField(
        "état", max_length=8, choices=ReversalStatus, default=ReversalStatus.PROPOSED
    )
    proposed_at = models.DateTimeField()
    proposed_by = AuthorField()
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "annulation d'écriture"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("reversal", "cause", ReversalCause),
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
                fields=["entry"],
                condition=Q(status="PROPOSED"),
                name="reversal_one_waiting",
                violation_error_message="Une annulation de cette écriture attend déjà.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} : {self.reason}"
