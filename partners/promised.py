"""What was signed of the promises, told by the room that has them signed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from partners.models import Pledge

YearOf = tuple[int, int]
"""A partner, by its id, and a year."""


@dataclass(frozen=True)
class SignedPledge:
    """Engagement signé : what all the parties signed of a promise, in cents and tenths of days."""

    amount: int = 0
    tenths_of_days: int = 0


SignedYears = Mapping[YearOf, Mapping[str, SignedPledge]]
"""By nature, for each year of a partner that a signed text covers; a nature left out is nothing."""
Reader = Callable[[Collection[int] | None, Collection[int] | None], SignedYears]
_READERS: list[Reader] = []


def signed_from(function: Reader) -> Reader:
    """Say what was signed of the years and the partners asked about, all of them unless said."""
    _READERS[:] = [function]
    return function


def signed_years(
    *, years: Collection[int] | None = None, partners: Collection[int] | None = None
) -> SignedYears:
    """What was signed; a year that no signed text covers, or none that kept it, is not there."""
    return _READERS[0](years, partners) if _READERS else {}


def signed_otherwise(pledge: Pledge, signed: SignedYears) -> SignedPledge | None:
    """What was signed instead of a pledge as it stands; None when it is as signed, or unknown."""
    of_year = signed.get((pledge.partner_id, pledge.year))
    if of_year is None:
        return None
    found = of_year.get(pledge.nature, SignedPledge())
    now = SignedPledge(pledge.amount, int(pledge.days * 10))
    return None if found == now else found
