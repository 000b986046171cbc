"""What the funders brought, line by line: what each lent, lost, and may take back (R41, R76)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Min, Q, Sum

from alize.common.dates import short_date
from funds.enums import AccountKey, EntryKind
from funds.models import Advance, Contribution, Entry, Posting
from funds.queries.bank import held_for_advances
from funds.queries.books import Book, books_of
from funds.queries.fund import fund_position, untaken_decisions
from funds.queries.ledger import Known, balances, lowest, postings_until
from funds.rules import EventKind, loss_rate
from funds.rules.lines import LineShare, entitlement, share_advance

_BROUGHT = ("RETURNABLE", "GRANTED")


@dataclass(frozen=True)
class LineRow:
    """Une ligne du fonds on a day; cents."""

    contribution: Contribution
    funder: str
    received_on: date
    with_return: str
    paid_in: int
    lent: int
    """Its part of all that was lent since the origin."""
    out: int
    """Its part of what is lent, neither repaid nor written off."""
    written_off: int
    lost: int
    """Written off, recoveries deducted."""
    returned: int
    entitlement: int
    """What it may take back today."""

    @property
    def label(self) -> str:
        """Whose, and of what day: a funder may bring several times."""
        return f"{self.funder}, {short_date(self.received_on)}"

    @property
    def gross_loss(self) -> Decimal | None:
        """What was written off in per cent of what it lent, the programme's own rate (2.6)."""
        return loss_rate(lost=self.written_off, lent=self.lent) if self.lent else None

    @property
    def net_loss(self) -> Decimal | None:
        """The same, recoveries deducted."""
        return loss_rate(lost=self.lost, lent=self.lent) if self.lent else None


def line_rows(*, on: date) -> list[LineRow]:
    """The lines of the fund at the end of a day, in a constant number of queries."""
    moved = moved_by_line(on)
    shares = shares_by_line(on)
    free = free_cash(on=on)
    rows = []
    received = Q(postings__entry__kind=EntryKind.CONTRIBUTION)
    lines = Contribution.objects.filter(pk__in=moved).annotate(
        received_on=Min("postings__entry__value_on", filter=received)
    )
    for contribution in lines.order_by("pk"):
        paid_in, returned = moved[contribution.pk]
        share = shares.get(contribution.pk, LineShare())
        may_return = entitlement(
            paid_in=paid_in, net_loss=share.lost, returned=returned, free_cash=free
        )
        rows.append(
            LineRow(
                contribution=contribution,
                funder=contribution.funder,
                received_on=contribution.received_on,
                with_return="Oui" if contribution.with_return else "Non",
                paid_in=paid_in,
                lent=share.lent,
                out=share.out,
                written_off=share.written_off,
                lost=share.lost,
                returned=returned,
                entitlement=may_return if contribution.with_return else 0,
            )
        )
    return rows


def entitlement_of(
    contribution: Contribution, *, on: date, today: date, known_at: Known | None = None
) -> int:
    """What a funder may take back of a contribution under a day, decided today (2.6).

    Its due on both days, within the cash that was free on each, and that no later day lacks. What
    waited for the cash at a moment of the past is no longer known: then all of it counts as free.
    """
    if not contribution.with_return:
        return 0
    held = lowest(AccountKey.FUND_BANK, since=on, known_at=known_at)
    days = {on, today}
    return min(_due(contribution.pk, on=day, held=held, known_at=known_at) for day in days)


def _due(line: int, *, on: date, held: int, known_at: Known | None) -> int:
    paid_in, returned = moved_by_line(on, known_at=known_at).get(line, (0, 0))
    return entitlement(
        paid_in=paid_in,
        net_loss=shares_by_line(on, known_at=known_at).get(line, LineShare()).lost,
        returned=returned,
        free_cash=held if known_at else min(held, free_cash(on=on)),
    )


def free_cash(*, on: date) -> int:
    """The cash that nothing waits for: neither what was granted nor money of others.

    What one of them owes the fund gives no right to what is another's. A credit that the operating
    account holds for the advances waits here too, but not in this cash (R41).
    """
    accounts = balances(on=on)
    decided = untaken_decisions(on=on).aggregate(sum=Sum("amount", default=0))["sum"]
    fund = fund_position(on=on)
    elsewhere = min(held_for_advances(on=on), max(0, accounts["FUND_LIAISON"]))
    waiting = max(0, -accounts["UNIDENTIFIED"] - elsewhere)
    of_others = fund.overpaid + waiting + max(0, -accounts["FUND_LIAISON"])
    return max(0, accounts["FUND_BANK"] - fund.committed - decided - of_others)


def moved_by_line(on: date, *, known_at: Known | None = None) -> dict[int, tuple[int, int]]:
    """What each line of the fund brought and took back by the end of a day.

    A line that was undone is no longer one, unless it lent or took back meanwhile.
    """
    brought = Q(account__in=_BROUGHT)
    returned = Q(entry__kind=EntryKind.RESTITUTION) | Q(entry__reverses__kind=EntryKind.RESTITUTION)
    rows = (
        postings_until(on, known_at=known_at)
        .filter(brought | Q(account=AccountKey.RECEIVABLE), contribution__isnull=False)
        .order_by()
        .values_list("contribution")
        .annotate(
            paid_in=-Sum("amount", filter=brought & ~returned, default=0),
            returned=Sum("amount", filter=brought & returned, default=0),
            lent=Sum("amount", filter=~brought, default=0),
        )
    )
    return {line: (paid_in, back) for line, paid_in, back, lent in rows if paid_in or back or lent}


def lent_from(entry: Entry) -> list[str]:
    """The advances that the contribution of an entry lent to, and that stand."""
    received = entry.kind == EntryKind.CONTRIBUTION
    lent = Posting.objects.filter(
        account=AccountKey.RECEIVABLE, contribution__in=entry.postings.values("contribution")
    )
    sums = lent.order_by("entry__advance").values_list("entry__advance__reference")
    return [name for name, cents in sums.annotate(sum=Sum("amount")) if received and cents]


def shares_by_line(on: date, *, known_at: Known | None = None) -> dict[int, LineShare]:
    """The part of every line in all the advances at the end of a day."""
    weights = defaultdict[int, dict[int, int]](dict)
    rows = (
        postings_until(on, known_at=known_at)
        .filter(account=AccountKey.RECEIVABLE, contribution__isnull=False)
        .order_by("entry__advance", "contribution")
        .values_list("entry__advance", "contribution")
        .annotate(sum=Sum("amount"))
    )
    for advance, line, cents in rows:
        if cents:
            weights[advance][line] = cents
    books = books_of(Advance.objects.filter(pk__in=weights), known_at=known_at)
    totals = defaultdict[int, LineShare](LineShare)
    for advance, lent in weights.items():
        for line, share in _shared(books[advance], lent, on).items():
            totals[line] += share
    return totals


def _shared(book: Book, lent: Mapping[int, int], on: date) -> dict[int, LineShare]:
    standing = book.position(on)
    return share_advance(
        lent,
        repaid=_paid_back(book, standing.repaid, on),
        written_off=standing.written_off,
        recovered=standing.recovered,
    )


def _paid_back(book: Book, repaid: int, on: date) -> list[int]:
    """The repayments that stand, in their order, up to what was owed."""
    amounts: list[int] = []
    for event in book.events:
        if event.value_on > on:
            continue
        if event.kind == EventKind.REPAYMENT:
            amounts.append(event.amount)
        elif event.kind == EventKind.BOUNCE:
            amounts.remove(event.amount)
    kept = []
    for amount in amounts:
        kept.append(min(amount, repaid))
        repaid -= kept[-1]
    return [amount for amount in kept if amount]


def usual_day_rate() -> int | None:
    """The value of a day as it was last counted, to start from."""
    valued = Contribution.objects.filter(daily_rate__isnull=False)
    return valued.order_by("-pk").values_list("daily_rate", flat=True).first()
