"""How an association's own books call the accounts: by year, so that a closed one stays as it was.

Triggers hold what several lines make; the words they raise are in `alize.common.constraints`.
"""

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

from alize.accounts.fields import AuthorField
from funds.rules.charts import CLASSES, LONGEST_LABEL, LONGEST_NUMBER, NUMBER

_SAME_CLASS = reduce(
    or_, (Q(inside__regex=f"^[{some}]", code__regex=f"^[{some}]") for some in CLASSES)
)


class Chart(models.Model):
    """Plan de comptes de l'association, from a year on, until the next one.

    The database gives `since_year`, the first that is not closed: a closed year keeps the numbers
    that its file left with.
    """

    since_year = models.PositiveSmallIntegerField("depuis l'exercice", db_default=0)
    recorded_at = models.DateTimeField()
    recorded_by = AuthorField()

    class Meta:
        verbose_name = "plan de comptes"
        ordering: ClassVar = ["since_year", "pk"]

    def __str__(self) -> str:
        return f"{self.since_year}"


class ChartLine(models.Model):
    """Compte de l'association : what one of our accounts is called in the books of the association.

    A chart has a line for each account, and for those that only open a year (110 to 129).
    """

    chart = models.ForeignKey(Chart, on_delete=models.PROTECT, related_name="lines", db_index=False)
    inside = models.CharField("compte", max_length=8)
    code = models.CharField("numéro", max_length=LONGEST_NUMBER)
    label = models.CharField("intitulé", max_length=LONGEST_LABEL)

    class Meta:
        verbose_name = "compte de l'association"
        ordering: ClassVar = ["chart_id", "inside"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["chart", "inside"],
                name="chart_line_is_once",
                violation_error_message="Un compte ne sort que sous un numéro.",
            ),
            models.UniqueConstraint(
                fields=["chart", "code"],
                name="chart_number_is_of_one_account",
                violation_error_message="Deux comptes ne sortent pas sous le même numéro.",
            ),
            models.CheckConstraint(
                condition=Q(code__regex=NUMBER) & ~Q(label=""),
                name="chart_number_is_of_an_account",
                violation_error_message=(
                    "Un compte sort sous un numéro, qui commence par trois chiffres, et un "
                    "intitulé."
                ),
            ),
            models.CheckConstraint(
                condition=_SAME_CLASS,
                name="chart_number_keeps_its_class",
                violation_error_message=(
                    "Un compte de bilan, de charges, de produits ou de classe 8 le reste sous le "
                    "numéro de l'association."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inside} {self.code}"
