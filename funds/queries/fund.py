"""The position of the whole fund on a day (funds.md 2.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from funds.enums import AdvanceStatus
from funds.models import Advance, Contribution
from funds.queries.books import standings_of
from funds.rules import Position


@dataclass(frozen=True)
class FundPosition:
    """Contributions, cash, what is lent, late and lost; amounts in cents."""

    contributed: int
    disbursed: int
    repaid: int
    cash: int
    outstanding: int
    late: int
    late_advances: int
    lost: int
    overpaid: int
    committed: int
    """Granted on that day, not cancelled, not yet paid."""

    @property
    def capacity(self) -> int:
        """What the committee may still grant: the cash, less what it granted already."""
        return self.cash - self.committed


def fund_position(*, on: date) -> FundPosition:
    """Derive the position of the fund at the end of a day, in a constant number of queries."""
    advances = list(Advance.objects.filter(granted_on__lte=on))
    return position_of(advances, standings_of(advances, on=on), on=on)


def position_of(
    advances: Iterable[Advance], standings: Mapping[int, Position], *, on: date
) -> FundPosition:
    """Add up advances already read."""
    received = Contribution.objects.filter(received_on__lte=on).aggregate(sum=Sum("amount"))
    contributed = received["sum"] or 0
    all_of_them = standings.values()
    return FundPosition(
        contributed=contributed,
        disbursed=sum(standing.disbursed for standing in all_of_them),
        repaid=sum(standing.repaid for standing in all_of_them),
        cash=contributed + sum(standing.cash for standing in all_of_them),
        outstanding=sum(standing.outstanding for standing in all_of_them),
        late=sum(standing.arrears for standing in all_of_them),
        late_advances=sum(standing.arrears > 0 for standing in all_of_them),
        lost=sum(standing.written_off - standing.recovered for standing in all_of_them),
        overpaid=sum(standing.overpaid for standing in all_of_them),
        committed=sum(
            advance.granted_amount - standings[advance.pk].disbursed
            for advance in advances
            if advance.status != AdvanceStatus.CANCELLED
        ),
    )
