"""What the national references were worth, from which day on."""

from functools import reduce
from operator import sub
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from alize.accounts.fields import AuthorField
from alize.common.constraints import together
from basins.references import TERMS, Reference, Terms


def _bounded() -> Q:
    """What the numbers of each reference may be; SQL lets pass what it does not know."""
    bounded = Q()
    for reference, terms in TERMS.items():
        places = range(len(terms.parts))
        fits = Q(reference=reference.value, numbers__len=len(terms.parts))
        for place in places:
            name = f"numbers__{place}"
            fits &= Q(**{f"{name}__gte": terms.least, f"{name}__lte": terms.most})
        if terms.is_range:
            fits &= Q(numbers__0__lte=F("numbers__1"))
        if terms.is_whole:
            fits &= Q(numbers__0=reduce(sub, (F(f"numbers__{one}") for one in places[1:]), 100))
        bounded |= fits
    return bounded


class ReferenceValueQuerySet(models.QuerySet["ReferenceValue"]):
    def standing(self) -> "ReferenceValueQuerySet":
        """Those that serve, or will, the last first."""
        return self.filter(withdrawn_at=None).order_by("reference", "-effective_from")

    def in_force_on(self, day) -> "ReferenceValueQuerySet":
        """The value of each reference on a day: the last whose day is not after it."""
        return self.standing().filter(effective_from__lte=day).distinct("reference")


class ReferenceValue(models.Model):
    """Valeur d'un repère national : given from a day on, withdrawn before that day (A7, R65-R76).

    A trigger keeps what was ever in force. Those of the document have nobody who gave them.
    """

    reference = models.CharField("repère", max_length=11)
    numbers = ArrayField(models.BigIntegerField(), verbose_name="valeur")
    effective_from = models.DateField("à partir du")
    reason = models.CharField("motif", max_length=500)
    created_at = models.DateTimeField(null=True)
    created_by = AuthorField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = AuthorField(null=True)
    objects = ReferenceValueQuerySet.as_manager()

    class Meta:
        verbose_name = "valeur d'un repère national"
        constraints: ClassVar = [
            *together("reference_value", "created", "withdrawn"),
            models.CheckConstraint(
                condition=_bounded(),
                name="reference_value_is_bounded",
                violation_error_message="Cette valeur n'est pas celle d'un repère : vérifiez-la.",
            ),
            models.UniqueConstraint(
                fields=["reference", "effective_from"],
                condition=Q(withdrawn_at=None),
                name="reference_value_is_once_a_day",
                violation_error_message=(
                    "Une autre valeur prend effet ce jour-là : retirez-la d'abord, ou choisissez "
                    "un autre jour."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms.label} {self.effective_from:%d/%m/%Y}"

    @property
    def terms(self) -> Terms:
        """What its reference counts."""
        return Reference(self.reference).terms
