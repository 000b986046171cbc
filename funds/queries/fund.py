"""The position of the whole fund on a day (funds.md 2.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from funds.enums import AdvanceStatus
from funds.models import Advance, Contribution
from funds.queries.books import Book, books_of
from funds.rules import EventKind, Position


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
    return position_of(advances, books_of(advances), on=on)


def position_of(advances: Iterable[Advance], books: dict[int, Book], *, on: date) -> FundPosition:
    """Add up advances already read."""
    received = Contribution.objects.filter(received_on__lte=on).aggregate(sum=Sum("amount"))
    contributed = received["sum"] or 0
    standings: list[Position] = []
    cash, committed = contributed, 0
    for advance in advances:
        standing = books[advance.pk].position(on)
        standings.append(standing)
        cash += _cash(books[advance.pk], on)
        if advance.status != AdvanceStatus.CANCELLED:
            committed += advance.granted_amount - standing.disbursed
    return FundPosition(
        contributed=contributed,
        disbursed=sum(standing.disbursed for standing in standings),
        repaid=sum(standing.repaid for standing in standings),
        cash=cash,
        outstanding=sum(standing.outstanding for standing in standings),
        late=sum(standing.arrears for standing in standings),
        late_advances=sum(standing.arrears > 0 for standing in standings),
        lost=sum(standing.written_off - standing.recovered for standing in standings),
        overpaid=sum(standing.overpaid for standing in standings),
        committed=committed,
    )


_INTO_THE_FUND = {
    EventKind.DISBURSEMENT: -1,
    EventKind.REPAYMENT: 1,
    EventKind.BOUNCE: -1,
    EventKind.REFUND: -1,
    EventKind.RECOVERY: 1,
    EventKind.WRITE_OFF: 0,
}


def _cash(book: Book, on: date) -> int:
    """What the events of an advance brought to the account, or took from it."""
    return sum(
        _INTO_THE_FUND[event.kind] * event.amount for event in book.events if event.value_on <= on
    )
