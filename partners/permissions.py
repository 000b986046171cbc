"""What may be done with a partner; the role is judged before, by the matrix of the basins."""

from datetime import date

from alize.common.dates import short_date
from alize.common.errors import ActionDenied
from alize.common.permissions import check
from partners.models import Partner


@check
def pledge(partner: Partner, year: int, *, is_nothing: bool = False) -> None:
    """Promise something for a year: a partner of that year, one day at least (R53).

    `is_nothing` gives it up, for a year before one has come or after one has left too.
    """
    if is_nothing:
        return
    if partner.joined_on.year > year:
        raise ActionDenied(
            f"{partner} est partenaire à partir du {short_date(partner.joined_on)} : choisissez "
            f"{partner.joined_on.year} ou une année suivante."
        )
    if partner.left_on and partner.left_on <= date(year, 1, 1):
        raise ActionDenied(f"{partner} n'est plus partenaire en {year}.")
