"""Jours contractualisés : what the companies lend by the last act signed (kpis.md 7.0, K31)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from committees.models import ProposedSkills
from conventions.enums import AgreementStatus
from conventions.models import AmendedSkills, Amendment, CooperationConvention
from conventions.rules.cooperation import Lending


@dataclass(frozen=True)
class Contracted:
    """What a signed convention lends to a company, its signed amendments counted."""

    project_id: int
    decided_on: date
    lent: tuple[Lending, ...]

    @property
    def days(self) -> Decimal:
        """All the days that are lent."""
        return sum((one.days for one in self.lent), Decimal(0))


def contracted_on(day: date) -> list[Contracted]:
    """What all the conventions signed by a day lend, in four queries.

    That of a decision replaced since gives way to the convention of the new decision, once signed.
    """
    conventions = list(
        _signed_by(day).values_list("pk", "decision", "project", "decision__decided_on")
    )
    last = dict(
        Amendment.objects.filter(
            cooperation__in=[pk for pk, *_ in conventions],
            status=AgreementStatus.SIGNED,
            takes_effect_on__lte=day,
            amends_skills=True,
        )
        .order_by("number")
        .values_list("cooperation", "pk")
    )
    agreed = _by(
        "proposal__ballot__decision",
        ProposedSkills.objects.filter(
            proposal__ballot__decision__in=[
                decision for pk, decision, *_ in conventions if pk not in last
            ]
        ),
    )
    amended = _by("amendment", AmendedSkills.objects.filter(amendment__in=last.values()))
    return [
        Contracted(
            project, decided_on, tuple(amended[last[pk]] if pk in last else agreed[decision])
        )
        for pk, decision, project, decided_on in conventions
    ]


def _signed_by(day: date) -> QuerySet[CooperationConvention]:
    signed = CooperationConvention.objects.filter(status=AgreementStatus.SIGNED, signed_on__lte=day)
    return signed.exclude(decision__revised_by__in=signed.values("decision")).order_by("pk")


def _by(owner: str, lines: QuerySet[Any]) -> dict[int, list[Lending]]:
    """The lines of each owner, in the order they were written."""
    found = defaultdict(list)
    read = lines.order_by("pk").values_list(owner, "partner", "partner__name", "topic", "days")
    for pk, *said in read:
        found[pk].append(Lending(*said))
    return found


def days_contracted(day: date) -> dict[int, Decimal]:
    """The same days of each project, all its conventions together."""
    found: dict[int, Decimal] = defaultdict(Decimal)
    for one in contracted_on(day):
        found[one.project_id] += one.days
    return dict(found)
