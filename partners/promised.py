"""What the partners promise, and what was signed of it, told by the room that has it signed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from partners.enums import PledgeNature
from partners.models import Partner, Pledge

YearOf = tuple[int, int]
"""A partner, by its id, and a year."""


@dataclass(frozen=True)
class SignedPledge:
    """Engagement signé : what all the parties signed of a promise, in cents and tenths of days."""

    amount: int = 0
    tenths_of_days: int = 0


NOTHING = SignedPledge()
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


@dataclass(frozen=True)
class Promised:
    """Engagement d'un partenaire : what it says of a nature and a year, and what was signed of it.

    `signed` is None when no text says, or none that kept it.
    """

    said: SignedPledge = NOTHING
    signed: SignedPledge | None = None

    @property
    def bound(self) -> SignedPledge:
        """What binds it: what was signed, until an amendment is, whatever it says since."""
        return self.said if self.signed is None else self.signed

    @property
    def is_as_signed(self) -> bool:
        """Whether what it says now is what binds it."""
        return self.said == self.bound


def promises(
    *, years: Collection[int] | None = None, partners: Collection[int] | None = None
) -> dict[tuple[int, int, str], Promised]:
    """What each partner promises, by partner, year and nature; all of them unless said (R70).

    Nothing for a year that one who has left does not reach, whatever was promised or signed.
    """
    asked: dict[str, Any] = {}
    if years is not None:
        asked["year__in"] = years
    if partners is not None:
        asked["partner__in"] = partners
    said = {
        (one.partner_id, one.year, one.nature): SignedPledge(one.amount, int(one.days * 10))
        for one in Pledge.objects.filter(**asked)
    }
    signed = {
        (*of_year, nature): natures.get(nature, NOTHING)
        for of_year, natures in signed_years(years=years, partners=partners).items()
        for nature in PledgeNature.values
    }
    left = dict(Partner.objects.exclude(left_on=None).values_list("pk", "left_on"))
    return {
        key: Promised(said.get(key, NOTHING), signed.get(key))
        for key in {*said, *signed}
        if left.get(key[0], date.max) > date(key[1], 1, 1)
    }
