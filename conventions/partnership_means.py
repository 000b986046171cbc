"""What the partners of a convention gave, year by year, against what they promised."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from alize.common.http import basin_reverse
from alize.common.money import format_euros
from alize.common.screen import Badge
from conventions.models import PartnershipConvention
from conventions.queries.partnership import signed_promises
from conventions.rules.partnership import years_of
from funds.confirmations.screen import page, state_badge
from funds.queries.confirmations import PartnerYear, partner_year, partner_years
from partners.models import Partner

Signed = Mapping[tuple[int | None, int], int] | None


@dataclass(frozen=True)
class Cell:
    """A year of a partner: what came, of what was promised, and what the partner says of it."""

    received: str
    pledged: str
    badge: Badge | None = None
    url: str = ""
    signed: str = ""
    """What was promised when all signed, where it has changed since."""


@dataclass(frozen=True)
class Given:
    """Apports : a line a partner, a column a year that has begun; their totals."""

    years: list[int]
    rows: list[tuple[str, str, list[Cell | None]]]
    totals: list[Cell]
    waits: bool
    """Whether what is promised now is still to be signed, in an amendment."""


def given(convention: PartnershipConvention, *, on: date) -> Given | None:
    """Promised and given under a convention until a day; nothing before its first year."""
    years = [year for year in years_of(convention.starts_on) if year <= on.year]
    if not years:
        return None
    partners = convention.partners.values_list("pk", flat=True)
    found = partner_years(years=years, partners=list(partners))
    signed = _signed(convention, years)
    found += _given_up(found, signed)
    by_partner: dict[int, dict[int, PartnerYear]] = {}
    for one in found:
        by_partner.setdefault(one.partner.pk, {})[one.year] = one
    rows = [_row(mine, years, signed) for mine in by_partner.values()]
    return Given(
        years=years,
        rows=rows,
        totals=[_total([one for one in found if one.year == year], signed) for year in years],
        waits=on <= convention.ends_on
        and any(cell and cell.signed for _, _, cells in rows for cell in cells),
    )


def _signed(convention: PartnershipConvention, years: Collection[int]) -> Signed:
    """Cents signed by partner and year; nothing when no text kept them, or no one signed yet."""
    promises = signed_promises(convention) if convention.signed_on else None
    if promises is None:
        return None
    cents: dict[tuple[int | None, int], int] = {}
    for one in promises.values():
        if one.year in years:
            key = (one.partner_id, one.year)
            cents[key] = cents.get(key, 0) + one.amount
    return cents


def _given_up(found: Iterable[PartnerYear], signed: Signed) -> list[PartnerYear]:
    """The years that somebody signed for, of which nothing is left to read."""
    left = {key for key, cents in (signed or {}).items() if cents}
    left -= {(one.partner.pk, one.year) for one in found}
    known = Partner.objects.in_bulk({partner for partner, _ in left})
    return [
        partner_year(partner, year)
        for partner in known.values()
        for of_partner, year in left
        if of_partner == partner.pk
    ]


def _row(
    mine: dict[int, PartnerYear], years: list[int], signed: Signed
) -> tuple[str, str, list[Cell | None]]:
    partner = next(iter(mine.values())).partner
    url = basin_reverse("partner_detail", partner_id=partner.pk)
    cells = [_cell(mine[year], signed) if year in mine else None for year in years]
    return partner.name, url, cells


def _cell(one: PartnerYear, signed: Signed) -> Cell:
    return Cell(
        format_euros(one.received),
        f"sur {format_euros(one.pledged)}",
        state_badge(one.state) if one.request else None,
        page(one),
        _otherwise([one], signed),
    )


def _total(of_year: list[PartnerYear], signed: Signed) -> Cell:
    received = sum(one.received for one in of_year)
    pledged = sum(one.pledged for one in of_year)
    return Cell(
        format_euros(received),
        f"sur {format_euros(pledged)}",
        signed=_otherwise(of_year, signed),
    )


def _otherwise(of_years: Iterable[PartnerYear], signed: Signed) -> str:
    """« promis à la signature : 4 000 € », when what is promised now is not that."""
    if signed is None:
        return ""
    listed = list(of_years)
    before = sum(signed.get((one.partner.pk, one.year), 0) for one in listed)
    if before == sum(one.pledged for one in listed):
        return ""
    return f"promis à la signature : {format_euros(before)}"
