"""What an accountant reads: the lines of the journals, the balance of the accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Greatest, NullIf

from funds.bank.fec import FecAccount, brought_forward, lasts
from funds.enums import AccountKey
from funds.models import Account, LedgerState, Posting
from funds.queries.charts import OF_ALL, numbers_in


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
    outside: str
    """Its number in the books of the association."""
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
    """The balance of the accounts that hold or moved something, in a constant number of queries.

    Expenses and income start anew with the year of the first day; what earlier years left of them
    comes first, on 120 or 110, as in the FEC of that year.
    """
    year, numbers = date(since.year, 1, 1), numbers_in(since.year)
    earlier = Q(postings__entry__booked_on__lt=year)
    last_year = earlier & Q(postings__entry__booked_on__gte=year.replace(year=year.year - 1))
    begun = Q(postings__entry__booked_on__gte=year, postings__entry__booked_on__lt=since)
    within = Q(postings__entry__booked_on__gte=since, postings__entry__booked_on__lte=until)
    accounts = Account.objects.order_by("perimeter", "code").annotate(
        earlier=_sum_of(earlier),
        last_year=_sum_of(last_year),
        begun=_sum_of(begun),
        debit=_sum_of(within & Q(postings__amount__gt=0)),
        credit=-_sum_of(within & Q(postings__amount__lt=0)),
    )
    opening = brought_forward(
        {FecAccount(one.code, one.label): one.earlier for one in accounts},
        of_last_year={FecAccount(one.code, one.label): one.last_year for one in accounts},
    )
    rows = [
        BalanceRow(
            one.code,
            numbers[one.code].code,
            one.label,
            one.get_perimeter_display(),
            opening.pop(FecAccount(one.code, one.label), 0) + one.begun,
            one.debit,
            one.credit,
        )
        for one in accounts
    ]
    results = [
        BalanceRow(account.code, numbers[account.code].code, account.label, OF_ALL, amount, 0, 0)
        for account, amount in sorted(opening.items())
    ]
    return [row for row in (*results, *rows) if row.before or row.debit or row.credit]


@dataclass(frozen=True)
class LedgerRow:
    """One line of an account and what the account holds after it; cents."""

    booked_on: date
    number: str
    label: str
    debit: int | None
    credit: int | None
    balance: int


def ledger_rows(*, account: Account, since: date, until: date) -> list[LedgerRow]:
    """The general ledger of an account over a period: its balance before, then line after line."""
    begins = date.min if lasts(account.code) else date(since.year, 1, 1)
    postings = Posting.objects.filter(account=account)
    before = postings.filter(entry__booked_on__gte=begins, entry__booked_on__lt=since)
    balance = before.aggregate(sum=Sum("amount", default=0))["sum"]
    rows = [LedgerRow(since, "", "Solde à l'ouverture", None, None, balance)] if balance else []
    within = postings.filter(entry__booked_on__gte=since, entry__booked_on__lte=until)
    for one in within.select_related("entry").order_by("entry__booked_on", "entry_id", "rank"):
        balance += one.amount
        debit, credit = max(one.amount, 0) or None, max(-one.amount, 0) or None
        entry = one.entry
        rows.append(LedgerRow(entry.booked_on, str(entry), entry.label, debit, credit, balance))
    return rows


def _sum_of(postings: Q) -> Sum:
    return Sum("postings__amount", filter=postings, default=0)


def liaison_gap(accounts: Mapping[str, int]) -> int:
    """What the two liaison accounts do not agree on: nothing, or something is wrong."""
    return accounts[AccountKey.FUND_LIAISON] + accounts[AccountKey.OPS_LIAISON]


def closed_on() -> date | None:
    """The last day that is closed."""
    return LedgerState.objects.values_list("closed_on", flat=True).get()
