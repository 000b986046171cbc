"""What a basin decides of the figures of its fund."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from alize.common.constraints import one_of
from funds.enums import AidBasis
from funds.rules import DEFAULT_MATRIX, Matrix
from funds.rules.capacity import DEFAULT_HAIRCUT, DEFAULT_RESERVE
from funds.rules.reminders import DEFAULT_DAYS
from funds.rules.schedules import ROUNDING_UNITS


def default_provision_rates() -> list[int]:
    """The rates of funds.md 2.6, in basis points, a bucket of days late after the other."""
    return [rate for _, rate in DEFAULT_MATRIX]


def default_reminder_days() -> list[int]:
    """The days of the ladder of reminders, after the due date of an instalment."""
    return list(DEFAULT_DAYS)


def matrix_of(rates: Sequence[int]) -> Matrix:
    """The buckets of days late, each with its rate."""
    ends = [last for last, _ in DEFAULT_MATRIX]
    return tuple(zip(ends, rates, strict=True))


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

    tolerance_days = models.PositiveSmallIntegerField(default=0)
    """How many days late an advance may be before it is said to be late (funds.md 2.4)."""
    rounding_unit = models.PositiveSmallIntegerField(default=1)
    """In cents, that of the instalments of the advances granted from now on (funds.md 2.2)."""
    reminder_days = ArrayField(models.SmallIntegerField(), default=default_reminder_days)
    """Days after the due date of each step of the ladder; below zero, before it."""

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
                    tolerance_days__lte=60,
                    rounding_unit__in=ROUNDING_UNITS,
                    provision_rates__len=len(DEFAULT_MATRIX),
                ),
                name="fund_settings_within_limits",
                violation_error_message="Un de ces réglages sort de ce qu'un fonds permet.",
            ),
            models.CheckConstraint(
                condition=Q(
                    reminder_days__len=len(DEFAULT_DAYS),
                    reminder_days__0__range=(-60, 0),
                    reminder_days__1__gt=0,
                    reminder_days__2__gt=F("reminder_days__1"),
                    reminder_days__3__gt=F("reminder_days__2"),
                    reminder_days__3__lte=365,
                ),
                name="fund_settings_reminders_go_up",
                violation_error_message="Chaque relance part après la précédente, dans l'année.",
            ),
        ]

    def __str__(self) -> str:
        return "Réglages du fonds"

    @property
    def matrix(self) -> Matrix:
        """The buckets of days late with the rates of this basin."""
        return matrix_of(self.provision_rates)
