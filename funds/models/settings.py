"""What a basin decides of the figures of its fund."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from alize.common.constraints import one_of
from funds.enums import AidBasis
from funds.rules import DEFAULT_MATRIX, Matrix
from funds.rules.capacity import DEFAULT_HAIRCUT, DEFAULT_RESERVE


def default_provision_rates() -> list[int]:
    """The rates of funds.md 2.6, in basis points, a bucket of days late after the other."""
    return [rate for _, rate in DEFAULT_MATRIX]


class FundSettings(models.Model):
    """Réglages du fonds : what a basin decides of its figures; rates in basis points."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    haircut = models.PositiveSmallIntegerField(default=DEFAULT_HAIRCUT)
    """The share of the repayments to come that the committee does not count on."""
    reserve = models.BigIntegerField(default=DEFAULT_RESERVE)
    provision_rates = ArrayField(
        models.PositiveSmallIntegerField(), default=default_provision_rates
    )
    aid_basis = models.CharField(max_length=10, choices=AidBasis, default=AidBasis.NOMINAL)
    reference_rate = models.PositiveSmallIntegerField(default=220)
    """That of the Commission; the margin comes on top (funds.md 2.6)."""
    margin = models.PositiveSmallIntegerField(default=400)

    class Meta:
        verbose_name = "réglages du fonds"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="fund_settings_is_single"),
            one_of("fund_settings", "aid_basis", AidBasis),
            models.CheckConstraint(
                condition=Q(
                    haircut__lte=10_000,
                    reserve__gte=0,
                    reference_rate__lte=2_000,
                    margin__lte=2_000,
                    provision_rates__len=len(DEFAULT_MATRIX),
                ),
                name="fund_settings_within_limits",
                violation_error_message="Un de ces réglages sort de ce qu'un fonds permet.",
            ),
        ]

    def __str__(self) -> str:
        return "Réglages du fonds"

    @property
    def matrix(self) -> Matrix:
        """The buckets of days late with the rates of this basin."""
        ends = [last for last, _ in DEFAULT_MATRIX]
        return tuple(zip(ends, self.provision_rates, strict=True))
