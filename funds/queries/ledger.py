"""Balances of the accounts, on any day: sums of postings, nothing stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from django.db.models import Min, Q, QuerySet, Sum

from funds.enums import MANDATE_CAUSES, AccountKey, ClearingAct, EntryKind, Perimeter
from funds.models import Advance, Clearing, Contribution, Entry, Posting
from funds.rules.ledger import Leg, Legs

_AMOUNTS = {"lent": Perimeter.FUND, "spent": Perimeter.OPS, "valued": Perimeter.NATURE}
"""The columns of what was brought, one for each perimeter."""


@dataclass(frozen=True)
class Known:
    """What was recorded at a moment: the last entry and the last version of a schedule (2.1)."""

    entry: int
    plan: int


def postings_until(on: date, *, known_at: Known | None = None) -> QuerySet[Posting]:
    """What happened by the end of a day, as it was known at a moment (today if none)."""
    postings = Posting.objects.filter(entry__value_on__lte=on)
    return postings if known_at is None else postings.filter(entry__lte=known_at.entry)


def balances(
    *, on: date, known_at: Known | None = None, of: Sequence[str] = tuple(AccountKey.values)
) -> Mapping[str, int]:
    """The balance of every account, or of some, at the end of a day; debit above zero."""
    postings = postings_until(on, known_at=known_at)
    if len(of) < len(AccountKey.values):
        postings = postings.filter(account__in=of)
    sums = postings.order_by().values_list("account").annotate(sum=Sum("amount"))
    return dict.fromkeys(of, 0) | dict(sums)


def lowest(account: AccountKey, *, since: date, known_at: Known | None = None) -> int:
    """The lowest that an account holds at the end of a day, from one on, all that is known counted.

    What leaves on that day within it leaves no later day below zero.
    """
    held = balances(on=since, known_at=known_at, of=(account,))[account]
    later = (
        postings_until(date.max, known_at=known_at)
        .filter(account=account, entry__value_on__gt=since)
        .order_by("entry__value_on")
        .values_list("entry__value_on")
        .annotate(sum=Sum("amount"))
    )
    return min(accumulate((cents for _, cents in later), initial=held))


def sides_of(entry: Entry) -> list[Entry]:
    """An entry, and the other side of its transfer when it has one: that of the advances first."""
    if entry.transfer_id is None:
        return [entry]
    return list(Entry.objects.filter(transfer_id=entry.transfer_id).order_by("perimeter"))


def identified_by(entry: Entry) -> QuerySet[Entry]:
    """What says since, and stands, what a line that waited on 471 or 472 was."""
    sides = sides_of(entry)
    known = Clearing.objects.filter(
        undone_at=None,
        act__in=[ClearingAct.MOVED, ClearingAct.IDENTIFIED],
        line__in=Clearing.objects.filter(entry__in=sides).values("line"),
    ).exclude(entry__in=sides)
    kind = EntryKind.UNIDENTIFIED
    found = Entry.objects.filter(pk__in=known.values("entry"), reversed_by=None)
    return (found if entry.kind == kind else found.none()).order_by("pk")


def mandate_doubt(advance: Advance, *, on: date) -> Entry | None:
    """The last debit that came back because of its mandate, unless the company paid since."""
    known = advance.entries.filter(value_on__lte=on)
    doubt = known.filter(kind=EntryKind.BOUNCE, reversal__cause__in=MANDATE_CAUSES)
    last = doubt.select_related("reversal").order_by("value_on", "pk").last()
    paid = known.filter(kind=EntryKind.REPAYMENT, reversed_by=None)
    if last is None or paid.filter(value_on__gt=last.value_on).exists():
        return None
    return last


def legs_of(entry: Entry) -> Legs:
    """The postings of an entry, as the rules write them."""
    rows = entry.postings.order_by("rank").values_list("account", "amount", "contribution")
    return tuple(Leg(*row) for row in rows)


def amount_of(entry: Entry) -> int:
    """The total of an entry: its debit, which is its credit."""
    debits = entry.postings.filter(amount__gt=0)
    return debits.aggregate(sum=Sum("amount", default=0))["sum"]


def lines_in_place(*, on: date) -> list[tuple[int, int]]:
    """The contributions of the fund and what each brought less what went back (2.6)."""
    brought = (
        postings_until(on)
        .filter(account__in=[AccountKey.RETURNABLE, AccountKey.GRANTED])
        .order_by("contribution")
        .values_list("contribution")
        .annotate(sum=Sum("amount"))
    )
    return [(line, -cents) for line, cents in brought if line is not None and cents < 0]


def contributed(*, on: date) -> int:
    """What funders brought to the account of advances and have not taken back."""
    return sum(cents for _, cents in lines_in_place(on=on))


def contributions_received() -> QuerySet[Contribution]:
    """Contributions with `received_on` and `amount`, what each brought; the last first.

    The amount is also under the perimeter it belongs to, for money and values are never added.
    """
    received = Q(postings__entry__kind__in=[EntryKind.CONTRIBUTION, EntryKind.VALUATION])
    undone = Q(postings__entry__reverses__kind__in=[EntryKind.CONTRIBUTION, EntryKind.VALUATION])
    return (
        Contribution.objects.annotate(
            amount=-Sum("postings__amount", filter=received | undone, default=0),
            received_on=Min("postings__entry__value_on", filter=received),
            **{
                name: -Sum("postings__amount", filter=Q(perimeter=perimeter) & (received | undone))
                for name, perimeter in _AMOUNTS.items()
            },
        )
        .exclude(amount=0)
        .order_by("-received_on", "-pk")
    )
