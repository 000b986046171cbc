"""What may be done with a partner; the role is judged before, by the matrix of the basins."""

from alize.common.errors import ActionDenied
from alize.common.permissions import check
from partners.models import Partner


@check
def pledge(partner: Partner, year: int) -> None:
    """Promise something for a year: a partner of that year."""
    if partner.left_on and partner.left_on.year < year:
        raise ActionDenied(f"{partner} n'est plus partenaire en {year}.")
