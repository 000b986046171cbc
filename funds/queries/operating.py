"""The operating account over a year, and the cap of what its operator is reimbursed (R41, R77)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet, Sum

from basins.references import ALLOWANCE_CAP
from funds.enums import AccountKey, EntryKind
from funds.models import AllowanceAgreement, Entry, Posting
from funds.queries.ledger import balances, postings_until
from funds.rules.allowance import days_of_agreement
from partners.models import Partner


@dataclass(frozen=True)
class OperatingYear:
    """The operating account over a civil year; cents."""

    cash: int
    income: int
    engineering: int
    allowance: int
    expenses: int
    owed_to_advances: int

    @property
    def allowance_left(self) -> int:
        """What the operator may still be reimbursed (R77)."""
        return max(0, ALLOWANCE_CAP - self.allowance)


def operating_year(year: int, *, on: date) -> OperatingYear:
    """Sum the operating account over a year, as of a day."""
    accounts = balances(on=on)
    sums = dict(
        postings_until(on)
        .filter(entry__value_on__year=year, entry__perimeter="OPS")
        .order_by()
        .values_list("account")
        .annotate(sum=Sum("amount"))
    )
    return OperatingYear(
        cash=accounts["OPS_BANK"],
        income=-sums.get("OPS_INCOME", 0),
        engineering=sums.get("ENGINEERING", 0),
        allowance=allowance_of(year),
        expenses=sums.get("OPS_EXPENSE", 0) + sums.get("BANK_FEES", 0),
        owed_to_advances=accounts["FUND_LIAISON"],
    )


def operating_entries(year: int) -> QuerySet[Entry]:
    """The entries of the operating account in a year with their `amount`, the last first."""
    bank = Q(postings__account=AccountKey.OPS_BANK)
    return (
        Entry.objects.filter(perimeter="OPS", value_on__year=year)
        .annotate(amount=Sum("postings__amount", filter=bank, default=0))
        .order_by("-value_on", "-pk")
    )


def allowance_of(year: int) -> int:
    """What the operator was reimbursed for a civil year, money and valued days (R77).

    What is cancelled later gives its room back to its own year, not to the year of its cancelling.
    """
    rows = Posting.objects.filter(
        Q(entry__kind=EntryKind.ALLOWANCE, entry__value_on__year=year)
        | Q(entry__reverses__kind=EntryKind.ALLOWANCE, entry__reverses__value_on__year=year),
        account__in=[AccountKey.ALLOWANCE, AccountKey.VALUED_USE],
    )
    return rows.aggregate(sum=Sum("amount", default=0))["sum"]


def allowance_left(year: int) -> int:
    """What the cap still lets the operator be reimbursed."""
    return max(0, ALLOWANCE_CAP - allowance_of(year))


def allowance_agreement(year: int) -> AllowanceAgreement | None:
    """The agreement of all partners for a year, when there is one."""
    return AllowanceAgreement.objects.filter(year=year, withdrawn_at=None).first()


def partners_to_agree(year: int, *, agreed_on: date, today: date) -> QuerySet[Partner]:
    """All the partners of a year that an agreement given on a day needs (R77)."""
    first, last = days_of_agreement(year, agreed_on=agreed_on, today=today)
    return Partner.objects.active_within(first, last)


def withdrawn_agreements(year: int) -> QuerySet[AllowanceAgreement]:
    """Those recorded for a year by mistake, the last first."""
    withdrawn = AllowanceAgreement.objects.filter(year=year, withdrawn_at__isnull=False)
    return withdrawn.select_related("withdrawn_by")
