"""What the partners promised and what came of it, by partner, year and nature (R70, R72)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from alize.common.charts import Profile, Share, percentages, profile
from alize.common.words import french_order
from basins.queries.references import references_of_year
from funds.enums import AccountKey, EntryKind
from funds.models import Posting
from funds.queries.ledger import contributions_received
from funds.rules.confirmations import Means
from partners.enums import PledgeNature
from partners.models import Partner
from partners.promised import Promised, YearOf, promises
from partners.rules import PROFILE

_SOURCES = ("RETURNABLE", "GRANTED", AccountKey.OPS_INCOME, AccountKey.VALUED_SOURCE)
_ORDER = {nature.value: rank for rank, nature in enumerate(PledgeNature)}


@dataclass(frozen=True)
class PledgeRow:
    """What one partner promised and brought in a year, in one nature; cents."""

    partner: str
    kind: str
    nature: str
    pledged: int
    received: int

    @property
    def gap(self) -> int:
        """What is still to come; below zero, more came than was promised."""
        return self.pledged - self.received


def means_by_year(
    *, years: Collection[int] | None = None, partners: Collection[int] | None = None
) -> dict[YearOf, tuple[Means, ...]]:
    """Money, skills and things, promised, signed and given, corrections deducted.

    All the years and all the partners unless said.
    """
    promised = promises(years=years, partners=partners)
    received = _received(years, partners)
    days = _days(years, partners)
    told = {key for key, one in promised.items() if one.said.amount or one.bound.amount}
    found = defaultdict[YearOf, list[Means]](list)
    for key in sorted({*told, *received}, key=lambda key: _ORDER[key[2]]):
        partner, year, nature = key
        promise = promised.get(key, Promised())
        said, kept = promise.said, promise.signed
        found[partner, year].append(
            Means(
                nature=nature,
                pledged=said.amount,
                received=received.get(key, 0),
                pledged_tenths=said.tenths_of_days,
                received_tenths=days.get((partner, year), 0)
                if nature == PledgeNature.SKILLS
                else 0,
                signed=None if kept is None else kept.amount,
                signed_tenths=kept.tenths_of_days if kept else 0,
            )
        )
    return {key: tuple(lines) for key, lines in found.items()}


def _among(name: str, values: Collection[int] | None) -> tuple[Q, ...]:
    return () if values is None else (Q(**{f"{name}__in": values}),)


def _received(
    years: Collection[int] | None, partners: Collection[int] | None
) -> dict[tuple[int, int, str], int]:
    rows = (
        _brought()
        .filter(
            *_among("year", years),
            *_among("contribution__partner", partners),
            contribution__partner__isnull=False,
        )
        .order_by()
        .values_list("contribution__partner", "year", "contribution__nature")
        .annotate(sum=-Sum("amount"))
    )
    return {(partner, year, nature): cents for partner, year, nature, cents in rows if cents}


def _days(years: Collection[int] | None, partners: Collection[int] | None) -> dict[YearOf, int]:
    """Tenths of days given; a contribution that was undone gives none."""
    tenths = defaultdict[YearOf, int](int)
    given: list[Any] = list(
        contributions_received().filter(
            *_among("partner", partners), partner__isnull=False, days__isnull=False
        )
    )
    for one in given:
        if years is None or one.received_on.year in years:
            tenths[one.partner_id, one.received_on.year] += int(one.days * 10)
    return tenths


def _brought() -> QuerySet[Any]:
    """What brought something and its `year`; what is undone later is taken off its own year."""
    kinds = [EntryKind.CONTRIBUTION, EntryKind.VALUATION]
    moved = Q(entry__kind__in=kinds) | Q(entry__reverses__kind__in=kinds)
    counted_on = Coalesce("entry__reverses__value_on", "entry__value_on")
    return Posting.objects.annotate(year=ExtractYear(counted_on)).filter(
        moved, account__in=_SOURCES
    )


def pledge_rows(*, year: int) -> list[PledgeRow]:
    """The promises of a year and what came of them, partner by partner."""
    found = means_by_year(years=(year,))
    partners = Partner.objects.in_bulk([partner for partner, _ in found])
    rows = [
        PledgeRow(
            partner=partners[partner].name,
            kind=partners[partner].get_kind_display(),
            nature=PledgeNature(line.nature).label,
            pledged=line.promised[0],
            received=line.received,
        )
        for (partner, _), lines in found.items()
        for line in lines
    ]
    return sorted(rows, key=lambda row: (row.kind, french_order(row.partner), row.nature))


@dataclass(frozen=True)
class ProfileRow:
    """What one kind of partner brought in a year, in cents and in per cent, and its target."""

    label: str
    cents: int
    share: int
    target: int


def profile_rows(*, year: int, on: date) -> list[ProfileRow]:
    """What each kind of partner brought in a year, beside the profile of reference (R72).

    The shares add up to a hundred; nothing when nothing came.
    """
    sums: dict[str, int] = dict(
        _brought()
        .filter(contribution__partner__isnull=False, year=year)
        .order_by()
        .values_list("contribution__partner__kind")
        .annotate(sum=-Sum("amount"))
    )
    cents = [sums.get(kind, 0) for kind in PROFILE]
    if not any(cents):
        return []
    return [
        ProfileRow(label, amount, share, target)
        for label, target, amount, share in zip(
            PROFILE.values(),
            references_of_year(year, on=on).profile,
            cents,
            percentages(cents),
            strict=True,
        )
    ]


def received_profile(rows: Sequence[ProfileRow], *, year: int) -> Profile | None:
    """The same as a picture; none when nothing came."""
    if not rows:
        return None
    shares = [Share(row.label, row.cents, row.target) for row in rows]
    return profile(shares, title=f"Profil des apports reçus {year}", label="Reçu")
