"""What the partners of a convention gave, year by year, against what they promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from alize.common.addresses import basin_reverse
from alize.common.money import format_euros
from alize.common.screen import Badge
from conventions.models import PartnershipConvention
from conventions.rules.partnership import years_of
from funds.confirmations.screen import page, state_badge
from funds.queries.confirmations import PartnerYear, partner_years


@dataclass(frozen=True)
class Cell:
    """A year of a partner: what came, of what binds it, and what the partner says of it."""

    received: str
    pledged: str
    badge: Badge | None = None
    url: str = ""
    since: str = ""
    """What is promised since, where it is not what all signed."""


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
    by_partner: dict[int, dict[int, PartnerYear]] = {}
    for one in found:
        by_partner.setdefault(one.partner.pk, {})[one.year] = one
    rows = [_row(mine, years) for mine in by_partner.values()]
    return Given(
        years=years,
        rows=rows,
        totals=[_total([one for one in found if one.year == year]) for year in years],
        waits=on <= convention.ends_on
        and any(cell and cell.since for _, _, cells in rows for cell in cells),
    )


def _row(mine: dict[int, PartnerYear], years: list[int]) -> tuple[str, str, list[Cell | None]]:
    partner = next(iter(mine.values())).partner
    url = basin_reverse("partner_detail", partner_id=partner.pk)
    cells = [_cell(mine[year]) if year in mine else None for year in years]
    return partner.name, url, cells


def _cell(one: PartnerYear) -> Cell:
    return Cell(
        format_euros(one.received),
        f"sur {format_euros(one.promised)}",
        state_badge(one.state) if one.request else None,
        page(one),
        _otherwise([one]),
    )


def _total(of_year: list[PartnerYear]) -> Cell:
    received = sum(one.received for one in of_year)
    promised = sum(one.promised for one in of_year)
    return Cell(
        format_euros(received),
        f"sur {format_euros(promised)}",
        since=_otherwise(of_year),
    )


def _otherwise(of_years: Iterable[PartnerYear]) -> str:
    """« promis depuis : 4 000 € », when what is promised now is not what was signed."""
    listed = list(of_years)
    now = sum(one.pledged for one in listed)
    if now == sum(one.promised for one in listed):
        return ""
    return f"promis depuis : {format_euros(now)}"
