"""The year as the tax office reads it: what was brought forward, then every line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.db.models import Case, Max, Min, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from funds.bank.fec import FecAccount, FecLine, opening_lines
from funds.enums import AccountKey
from funds.models import Entry, Posting
from funds.queries.accounting import closed_on
from funds.queries.charts import Outside, numbers_in

OF_COMPANIES = (AccountKey.RECEIVABLE, AccountKey.OVERPAID)
"""The accounts that say whose debt they hold: an advance is an auxiliary account."""


def fec_years() -> list[int]:
    """The last first: a year without an entry still opens, between two others or once closed."""
    ends = Entry.objects.aggregate(first=Min("year"), last=Max("year"))
    if ends["first"] is None:
        return []
    closed = closed_on()
    last = max(ends["last"], closed.year if closed else 0)
    return list(range(last, ends["first"] - 1, -1))


def fec_lines(year: int) -> list[FecLine]:
    """The lines of a civil year under the numbers of its chart, in a constant number of queries.

    Numbers are given in the order of recording: no entry was validated before the one that it
    follows, though the clock of whoever asked for it, or a midnight between the two, says so; nor
    before its own day, so that one released for a day to come holds back those that follow it.
    """
    first = validated_on = date(year, 1, 1)
    postings = (
        Posting.objects.filter(entry__year=year)
        .select_related("entry__advance", "account")
        .order_by("entry_id", "rank")
    )
    lines = _opening(first)
    for posting in postings:
        entry = posting.entry
        validated_on = max(validated_on, timezone.localdate(entry.recorded_at), entry.booked_on)
        lines.append(_line(posting, validated_on))
    return _renamed(lines, numbers_in(year))


def _renamed(lines: list[FecLine], numbers: Mapping[str, Outside]) -> list[FecLine]:
    """The same under the outside numbers: what is brought forward is reckoned on ours."""
    return [
        replace(line, account=numbers[line.account].code, account_label=numbers[line.account].label)
        for line in lines
    ]


def _opening(first: date) -> list[FecLine]:
    before = Posting.objects.filter(entry__booked_on__lt=first).order_by()
    last_year = Q(entry__booked_on__gte=first.replace(year=first.year - 1))
    company = [
        Case(When(account__in=OF_COMPANIES, then=f"entry__advance__{name}"), default=Value(""))
        for name in ("reference", "company")
    ]
    sums = before.values_list(
        "account__code", "account__label", *(Coalesce(one, Value("")) for one in company)
    ).annotate(sum=Sum("amount"), moved=Sum("amount", filter=last_year, default=0))
    balances, of_last_year = {}, {}
    for *account, amount, moved in sums:
        balances[FecAccount(*account)], of_last_year[FecAccount(*account)] = amount, moved
    return opening_lines(balances, of_last_year=of_last_year, on=first, validated_on=first)


def _line(posting: Posting, validated_on: date) -> FecLine:
    entry, account = posting.entry, posting.account
    of_company = entry.advance if posting.account_id in OF_COMPANIES else None
    return FecLine(
        journal=entry.journal,
        journal_label=entry.get_journal_display(),
        number=entry.no,
        booked_on=entry.booked_on,
        account=account.code,
        account_label=account.label,
        piece=str(entry),
        piece_on=entry.value_on,
        label=entry.label,
        amount=posting.amount,
        validated_on=validated_on,
        auxiliary=of_company.reference if of_company else "",
        auxiliary_label=of_company.company if of_company else "",
    )
