"""The yearly report to funders, frozen (funds.md, feature 28)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from alize.accounts.fields import AuthorField
from funds.models.advances import ScheduleVersion
from funds.models.ledger import Entry
from funds.models.settings import matrix_of
from funds.rules import Matrix
from partners.models import Partner


class FunderReport(models.Model):
    """Rapport aux financeurs : the figures of a year as they were known when it was frozen.

    Its documents are kept; of its figures, only where they come from: asked again with the same
    day, last entry, last plan and stopped payments, the ledger gives the same ones (2.1).
    """

    reference = models.CharField("référence", max_length=24, unique=True)
    funder = models.CharField("financeur", max_length=120, blank=True)
    """One funder, by its name of the day it was frozen; nothing for all of them."""
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, null=True, related_name="+")
    """Who that funder is, unless its contributions only name it."""
    as_of = models.DateField("arrêté au")
    known_entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    """The last entry recorded."""
    known_plan = models.ForeignKey(
        ScheduleVersion, on_delete=models.PROTECT, null=True, related_name="+"
    )
    """The last version of a schedule recorded, if there was any."""
    provision_rates = ArrayField(models.PositiveSmallIntegerField())
    """Those of the settings when it was frozen, in basis points."""
    stopped_entries = ArrayField(models.BigIntegerField(), default=list)
    """The payments stopped before the bank on its day, as known when it was frozen."""
    frozen_at = models.DateTimeField()
    frozen_by = AuthorField()

    class Meta:
        verbose_name = "rapport aux financeurs"
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "funder",
                    "partner",
                    "as_of",
                    "known_entry",
                    "known_plan",
                    "provision_rates",
                    "stopped_entries",
                ],
                nulls_distinct=False,
                name="funder_report_is_frozen_once",
                violation_error_message="Ce rapport est déjà figé : rien n'a changé depuis.",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def matrix(self) -> Matrix:
        """The buckets of days late with the rates of that day."""
        return matrix_of(self.provision_rates)
