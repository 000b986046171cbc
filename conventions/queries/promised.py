"""What the parties of each partnership convention have signed of their promises, by year (R57)."""

from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import Any

from django.db.models import F, Prefetch

from conventions.enums import AgreementStatus
from conventions.models import Amendment, PartnershipConvention
from conventions.rules.partnership import years_of
from partners.promised import SignedPledge, SignedYears, YearOf

KEPT = F("snapshot__promises")
"""Read alone: the whole text of a convention stands beside it."""


def signed_years(years: Collection[int] | None, partners: Collection[int] | None) -> SignedYears:
    """Each convention signed here, then its signed amendments, in their order: the last one holds.

    What was signed before the tool kept no promise, and says nothing.
    """
    amendments = Amendment.objects.filter(status=AgreementStatus.SIGNED).order_by("number")
    signed = (
        PartnershipConvention.objects.filter(
            status=AgreementStatus.SIGNED, snapshot__has_key="promises"
        )
        .only("starts_on")
        .annotate(kept=KEPT)
        .order_by("starts_on")
        .prefetch_related(
            "partners",
            Prefetch(
                "amendments",
                amendments.only("convention_id", "number").annotate(kept=KEPT),
                to_attr="signed_since",
            ),
        )
    )
    found: dict[YearOf, dict[str, SignedPledge]] = {}
    for convention in signed:
        of_parties = _said(convention)
        for year in years_of(convention.starts_on):
            for partner in {one.pk for one in convention.partners.all()} | of_parties.keys():
                asked = partners is None or partner in partners
                if asked and (years is None or year in years):
                    found[partner, year] = of_parties.get(partner, {}).get(year, {})
    return found


def _said(convention: Any) -> Mapping[int, dict[int, dict[str, SignedPledge]]]:
    """What each party has signed, by year and nature."""
    since: Iterable[dict[str, Any]] = chain.from_iterable(
        one.kept or () for one in convention.signed_since
    )
    said: dict[int, dict[int, dict[str, SignedPledge]]] = {}
    for one in chain(convention.kept, since):
        of_year = said.setdefault(one["partner_id"], {}).setdefault(one["year"], {})
        of_year[one["nature"]] = SignedPledge(one["amount"], one["tenths_of_days"])
    return said
