"""What leaves or is given up outside a payment order: two persons as well (SD10, R77)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import one_of, together
from committees.models import Decision
from funds.enums import AuthorizationKind, LossCause, ReversalStatus
from funds.models.advances import Advance
from funds.models.resources import Contribution

OF_AN_ADVANCE = ["FORGONE", "KEPT", "REFUND", "RENOUNCE", "WRITE_OFF"]


class Authorization(models.Model):
    """Autorisation : money that leaves or is given up, asked by one, decided by another (SD10)."""

    kind = models.CharField("nature", max_length=11, choices=AuthorizationKind)
    advance = models.ForeignKey(
        Advance, on_delete=models.PROTECT, null=True, related_name="authorizations"
    )
    contribution = models.ForeignKey(
        Contribution, on_delete=models.PROTECT, null=True, related_name="authorizations"
    )
    amount = models.BigIntegerField("montant")
    days = models.DecimalField("jours", max_digits=5, decimal_places=1, null=True)
    """Valued days of the operator, when an allowance is not paid in money (R77)."""
    value_on = models.DateField("date de l'opération")
    reason = models.CharField("motif", max_length=300)
    cause = models.CharField("cause", max_length=11, choices=LossCause, blank=True)
    claim_on = models.DateField("créance déclarée le", null=True)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="write_offs"
    )
    status = models.CharField(
        "état", max_length=8, choices=ReversalStatus, default=ReversalStatus.PROPOSED
    )
    proposed_at = models.DateTimeField()
    proposed_by = AuthorField()
    decided_at = models.DateTimeField(null=True)
    decided_by = AuthorField(null=True)
    command_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = "autorisation"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            one_of("authorization", "kind", AuthorizationKind),
            one_of("authorization", "status", ReversalStatus),
            one_of("authorization", "cause", ["", *LossCause]),
            *together("authorization", "decided"),
            models.UniqueConstraint(
                fields=["kind", "advance", "contribution"],
                condition=Q(status=ReversalStatus.PROPOSED),
                nulls_distinct=False,
                name="authorization_one_waiting",
                violation_error_message=(
                    "La même opération est déjà demandée : elle attend le second signataire "
                    "financier."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="authorization_decided_by_another",
                violation_error_message=(
                    "Cette opération est demandée par une personne et décidée par une autre."
                ),
            ),
            models.CheckConstraint(
                condition=Q(status="PROPOSED", decided_at=None)
                | (~Q(status="PROPOSED") & Q(decided_at__isnull=False)),
                name="authorization_decided_has_its_hour",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="authorization_is_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=OF_AN_ADVANCE, advance__isnull=False)
                | (~Q(kind__in=OF_AN_ADVANCE) & Q(advance=None)),
                name="authorization_names_its_advance",
            ),
            models.CheckConstraint(
                condition=Q(kind="RESTITUTION", contribution__isnull=False)
                | (~Q(kind="RESTITUTION") & Q(contribution=None)),
                name="authorization_names_its_contribution",
            ),
            models.CheckConstraint(
                condition=(Q(kind="WRITE_OFF") & ~Q(cause=""))
                | (~Q(kind="WRITE_OFF") & Q(cause="", claim_on=None, decision=None)),
                name="authorization_loss_has_its_cause",
                violation_error_message="Un passage en perte dit sa cause.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="WRITE_OFF") | Q(decision__isnull=False),
                name="authorization_loss_has_its_decision",
                violation_error_message=(
                    "Un passage en perte suit la demande que le comité a acceptée sur cette "
                    "avance : saisissez-le d'abord."
                ),
            ),
            models.CheckConstraint(
                condition=Q(days=None) | Q(kind="ALLOWANCE", days__gt=0),
                name="authorization_days_are_an_allowance",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount}"
