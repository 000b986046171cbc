"""The position of the whole fund on a day (funds.md 2.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from committees.enums import APPROVALS
from committees.models import Decision
from funds.enums import AuthorizationKind, ReversalStatus
from funds.models import Advance, Authorization
from funds.queries.ledger import balances
from funds.queries.received import standings_of
from funds.rules import Standing
from projects.enums import ENDED

_ACCOUNTS = ("RETURNABLE", "GRANTED", "FUND_BANK", "UNIDENTIFIED", "FUND_LIAISON")


@dataclass(frozen=True)
class FundPosition:
    """Contributions, cash, what is lent, late and lost; amounts in cents.

    Cash + outstanding + lost + owed back + to give back - overpaid - unidentified = contributed +
    kept (2.6): the accounts and the positions of the advances say it, each on its own side.
    """

    contributed: int
    disbursed: int
    repaid: int
    cash: int
    outstanding: int
    late: int
    late_advances: int
    lost: int
    overpaid: int
    """What is due to companies; nothing that another one owes is set against it."""
    owed_back: int
    """What companies owe of an over-payment refunded in vain."""
    kept: int
    """Over-payments that stayed in the fund, less those refunded in vain and given up."""
    unidentified: int
    """Received on the account of advances, from somebody not found yet."""
    to_give_back: int
    """Fees and money that the operating account owes to the advances."""
    committed: int
    """Granted on that day, not cancelled, renounced nor lost in part, not yet paid."""

    @property
    def of_others(self) -> int:
        """What the cash holds and is not the fund's: to give back (467) or to identify (471)."""
        return self.overpaid + max(0, self.unidentified)


def fund_position(*, on: date) -> FundPosition:
    """Derive the position of the fund at the end of a day, in a constant number of queries."""
    advances = list(Advance.objects.filter(granted_on__lte=on))
    return position_of(granted(advances, on=on), standings_of(advances, on=on), on=on)


def granted(advances: Iterable[Advance], *, on: date) -> dict[int, int]:
    """What was granted, stood and was not renounced at the end of a day, by the id of its advance.

    What was cancelled or renounced since counts as it did that day: a figure printed is found back.
    """
    renounced_since = dict(
        Authorization.objects.filter(
            kind=AuthorizationKind.RENOUNCE,
            status=ReversalStatus.APPROVED,
            decided_at__date__gt=on,
        )
        .order_by()
        .values_list("advance")
        .annotate(sum=Sum("amount"))
    )
    standing = (one for one in advances if one.cancelled_on is None or one.cancelled_on > on)
    return {one.pk: one.promised + renounced_since.get(one.pk, 0) for one in standing}


def position_of(
    grants: Mapping[int, int], standings: Mapping[int, Standing], *, on: date
) -> FundPosition:
    """Add up advances already read, and what was granted of them."""
    accounts = balances(on=on, of=_ACCOUNTS)
    all_of_them = standings.values()
    return FundPosition(
        contributed=-accounts["RETURNABLE"] - accounts["GRANTED"],
        disbursed=sum(standing.disbursed for standing in all_of_them),
        repaid=sum(standing.repaid for standing in all_of_them),
        cash=accounts["FUND_BANK"],
        outstanding=sum(standing.outstanding for standing in all_of_them),
        late=sum(standing.arrears for standing in all_of_them),
        late_advances=sum(standing.arrears > 0 for standing in all_of_them),
        lost=sum(standing.written_off - standing.recovered for standing in all_of_them),
        overpaid=sum(max(0, standing.overpaid) for standing in all_of_them),
        owed_back=sum(standing.owed_back for standing in all_of_them),
        kept=sum(standing.kept for standing in all_of_them),
        unidentified=-accounts["UNIDENTIFIED"],
        to_give_back=accounts["FUND_LIAISON"],
        committed=sum(
            amount - standings[pk].disbursed
            for pk, amount in grants.items()
            if not standings[pk].is_given_up
        ),
    )


def untaken_decisions(*, on: date) -> QuerySet[Decision]:
    """What the committee has granted by a day and no convention has taken up yet."""
    return (
        Decision.objects.standing(on)
        .filter(outcome__in=APPROVALS, amount__gt=0, decided_on__lte=on, advance=None)
        .exclude(project__status__in=ENDED)
        .select_related("ballot__proposal", "project__beneficiary")
    )
