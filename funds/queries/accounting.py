"""What an accountant reads: the lines of the journals, the balance of the accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest, NullIf

from funds.enums import AccountKey
from funds.models import Account, LedgerState, Posting


def journal_lines(
    *,
    since: date | None = None,
    until: date | None = None,
    journal: str = "",
    account: str = "",
    words: str = "",
) -> QuerySet[Posting]:
    """The lines of the journals with `debit` and `credit`, the last entry first."""
    asked = Q()
    if since is not None:
        asked &= Q(entry__booked_on__gte=since)
    if until is not None:
        asked &= Q(entry__booked_on__lte=until)
    if journal:
        asked &= Q(entry__journal=journal)
    if account:
        asked &= Q(account=account)
    if words:
        asked &= Q(entry__label__icontains=words)
    return (
        Posting.objects.filter(asked)
        .select_related("entry__reversed_by", "account")
        .annotate(
            debit=NullIf(Greatest(F("amount"), 0), 0), credit=NullIf(Greatest(-F("amount"), 0), 0)
        )
        .order_by("-entry_id", "rank")
    )


def totals_of(lines: QuerySet[Posting]) -> tuple[int, int]:
    """The debit and the credit of lines, in cents."""
    sums = lines.order_by().aggregate(
        debits=Sum("amount", filter=Q(amount__gt=0), default=0),
        credits=-Sum("amount", filter=Q(amount__lt=0), default=0),
    )
    return sums["debits"], sums["credits"]


@dataclass(frozen=True)
class BalanceRow:
    """One account over a period: what it held before, what moved, what it holds; cents."""

    code: str
    label: str
    perimeter: str
    before: int
    debit: int
    credit: int

    @property
    def after(self) -> int:
        """The balance at the end of the period; debit above zero."""
        return self.before + self.debit - self.credit


def balance_rows(*, since: date, until: date) -> list[BalanceRow]:
    """The balance of the accounts that moved, by code, in two queries."""
    within = Q(postings__entry__booked_on__gte=since, postings__entry__booked_on__lte=until)
    accounts = Account.objects.annotate(
        before=Sum("postings__amount", filter=Q(postings__entry__booked_on__lt=since), default=0),
        debit=Sum("postings__amount", filter=within & Q(postings__amount__gt=0), default=0),
        credit=-Sum("postings__amount", filter=within & Q(postings__amount__lt=0), default=0),
    )
    return [
        BalanceRow(
            one.code,
            one.label,
            one.get_perimeter_display(),
            one.before,
            one.debit,
            one.credit,
        )
        for one in accounts.order_by("perimeter", "code")
        if one.before or one.debit or one.credit
    ]


def liaison_gap(accounts: Mapping[str, int]) -> int:
    """What the two liaison accounts do not agree on: nothing, or something is wrong."""
    return accounts[AccountKey.FUND_LIAISON] + accounts[AccountKey.OPS_LIAISON]


def closed_on() -> date | None:
    """The last day that is closed."""
    return LedgerState.objects.values_list("closed_on", flat=True).get()
