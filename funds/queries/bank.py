"""What the bank shows and the ledger does not, and the other way round: derived, never stored.

An account that changed bank has several numbers, whose statements follow one another each on its
own: the account holds the sum of their last balances.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from funds import bank
from funds.bank.matching import EARLY
from funds.enums import AccountKey, ClearingAct, NumberStatus, Perimeter
from funds.models import (
    BankAccount,
    BankLine,
    BankNumber,
    BankStatement,
    Clearing,
    Entry,
    Posting,
)

LEDGER_ACCOUNTS = {Perimeter.FUND: AccountKey.FUND_BANK, Perimeter.OPS: AccountKey.OPS_BANK}
SUSPENSE_ACCOUNTS = {
    Perimeter.FUND: AccountKey.UNIDENTIFIED,
    Perimeter.OPS: AccountKey.OPS_UNIDENTIFIED,
}

_WAITING = (ClearingAct.SUSPENSE, ClearingAct.RESUMED)
"""What puts a line on the suspense account, or takes it off to be explained anew."""


def ledger_account(account: BankAccount) -> AccountKey:
    """The account of the ledger that a bank account is."""
    return LEDGER_ACCOUNTS[Perimeter(account.perimeter)]


def standing_clearings() -> QuerySet[Clearing]:
    """Reconciliations that hold: not undone, their entry not cancelled.

    An entry cancelled by a mirror that the bank shows too did happen: both lines keep theirs.
    """
    live = Clearing.objects.filter(undone_at=None)
    mirror = OuterRef("entry__reversed_by")
    return live.filter(
        Q(act=ClearingAct.BOUNCE, reversal__status="APPROVED")
        | Q(act=ClearingAct.INTERNAL)
        | Q(entry__isnull=False, entry__reversed_by=None)
        | Exists(live.filter(entry=mirror))
        | Exists(live.filter(reversal__mirrors=mirror))
    ).exclude(act=ClearingAct.BOUNCE, reversal__status__in=["PROPOSED", "REFUSED"])


def waiting_returns() -> QuerySet[Clearing]:
    """Lines sent back by a bank whose cancellation waits for the second person."""
    return Clearing.objects.filter(
        undone_at=None, act=ClearingAct.BOUNCE, reversal__status="PROPOSED"
    )


def sum_by_line(clearings: QuerySet[Clearing]) -> Coalesce:
    """What these clearings explain of a line, in cents."""
    sums = clearings.filter(line=OuterRef("pk")).order_by().values("line")
    return Coalesce(Subquery(sums.annotate(sum=Sum("amount")).values("sum")), 0)


def bank_lines() -> QuerySet[Any]:
    """Lines with what is `cleared`, what `waits` for a second person, what is `suspended`."""
    standing = standing_clearings()
    return BankLine.objects.annotate(
        cleared=sum_by_line(standing.exclude(act__in=[ClearingAct.IDENTIFIED, ClearingAct.MOVED])),
        waits=sum_by_line(waiting_returns()),
        suspended=sum_by_line(standing.filter(act__in=_WAITING, entry__reversed_by=None))
        - sum_by_line(standing.filter(act=ClearingAct.IDENTIFIED)),
    )


def open_lines(account: BankAccount) -> QuerySet[Any]:
    """What is left to reconcile, the oldest first."""
    lines = bank_lines().filter(account=account)
    return lines.exclude(amount=F("cleared") + F("waits")).order_by("booked_on", "pk")


def line_left(line: BankLine) -> int:
    """The part of a line that nothing explains yet, in cents, signed as the line is."""
    found = bank_lines().values_list("cleared", "waits").get(pk=line.pk)
    return line.amount - sum(found)


def line_suspended(line: BankLine) -> int:
    """The part of a line that waits on the suspense account."""
    return bank_lines().values_list("suspended", flat=True).get(pk=line.pk)


def holder_of(line: BankLine) -> Perimeter:
    """Where a line belongs: its own account, unless somebody said that it is the other's (R41)."""
    own = Perimeter(line.account.perimeter)
    if not standing_clearings().filter(line=line, act=ClearingAct.MOVED).exists():
        return own
    return Perimeter.OPS if own == Perimeter.FUND else Perimeter.FUND


def held_for_advances(*, on: date) -> int:
    """What the operating account received for the advances by a day and nobody identified yet."""
    standing = standing_clearings().filter(
        line__account__perimeter=Perimeter.OPS, entry__value_on__lte=on
    )
    moved = standing.filter(act=ClearingAct.MOVED)
    known = standing.filter(act=ClearingAct.IDENTIFIED, entry__perimeter=Perimeter.FUND)
    return sum(
        sign * one.aggregate(sum=Sum("amount", default=0))["sum"]
        for sign, one in ((1, moved), (-1, known))
    )


def statements_of(account: BankAccount) -> QuerySet[BankStatement]:
    """The statements of all the numbers of an account."""
    return BankStatement.objects.filter(number__account=account).select_related("number")


def last_statements(account: BankAccount) -> list[BankStatement]:
    """The statements that nothing follows: one a number, the first number first."""
    return list(statements_of(account).filter(following=None).order_by("number"))


def renumbering_of(number: BankNumber) -> BankNumber | None:
    """The number that its bank replaced it by: the account and its statements go on."""
    after = BankNumber.objects.filter(Q(replaces=number) | Q(replaces__resumes=number))
    return after.filter(status=NumberStatus.APPROVED, keeps_balance=True).first()


def is_renumbered(number: BankNumber) -> bool:
    """Whether its statements go on under another number."""
    after = renumbering_of(number)
    return after is not None and after.statements.exists()


def run_of(number: BankNumber) -> list[BankNumber]:
    """The numbers that its bank gave one account one after the other: one run of statements."""
    first = number
    while first.keeps_balance and first.replaces is not None:
        first = first.replaces.origin
    run = [first]
    while (after := renumbering_of(run[-1])) is not None:
        run.append(after)
    return run


def _run_statements(number: BankNumber) -> QuerySet[BankStatement]:
    return BankStatement.objects.filter(number__in=run_of(number)).order_by("pk")


def last_statement(number: BankNumber) -> BankStatement | None:
    """The statement that the next one of a number follows, under whatever number it came."""
    return _run_statements(number).last()


def known_of(number: BankNumber) -> bank.Known | None:
    """What its statements already say, for the next one to follow."""
    first, last = _run_statements(number).first(), last_statement(number)
    if first is None or last is None:
        return None
    return bank.Known(since=first.since, closing=last.closing, until=last.until)


def as_read(line: BankLine) -> bank.Line:
    """A stored line, in the terms of the rules."""
    return bank.Line(
        booked_on=line.booked_on,
        value_on=line.value_on,
        amount=line.amount,
        label=line.label,
        name=line.name,
        iban=line.iban,
        end_to_end_id=line.end_to_end_id,
        bank_reference=line.bank_reference,
        reason=line.reason,
        is_reversal=line.is_reversal,
        occurrence=line.occurrence,
    )


def moved_by(entry_id: int) -> int:
    """What an entry did to the bank, signed as a statement is."""
    banked = Posting.objects.filter(entry=entry_id, account__in=LEDGER_ACCOUNTS.values())
    return _balance(banked)


def first_day(account: BankAccount) -> date | None:
    """The day from which the bank is known."""
    first = statements_of(account).filter(previous=None).order_by("since")
    return first.values_list("since", flat=True).first()


def bank_sum(account: BankAccount) -> Subquery:
    """What an entry did to one account, signed as a statement is."""
    moved = Posting.objects.filter(entry=OuterRef("pk"), account=ledger_account(account))
    return Subquery(moved.order_by().values("entry").annotate(sum=Sum("amount")).values("sum"))


def _banked(account: BankAccount) -> QuerySet[Any]:
    """Entries since the bank is known that moved it, `moved` signed as a statement is."""
    return _unseen_since(account, first_day(account) or date.max)


def _unseen_since(account: BankAccount, since: date) -> QuerySet[Any]:
    return (
        Entry.objects.annotate(moved=bank_sum(account))
        .filter(moved__isnull=False, value_on__gte=since)
        .exclude(seen("pk"))
        .select_related("advance__project__beneficiary", "order")
    )


def seen(entry: str) -> Q:
    """A statement shows this entry."""
    live = Clearing.objects.filter(undone_at=None)
    of = OuterRef(entry)
    return Q(Exists(live.filter(entry=of))) | Q(Exists(live.filter(reversal__mirrors=of)))


def unseen_entries(account: BankAccount) -> QuerySet[Any]:
    """What the ledger holds and no statement shows.

    An entry and its cancellation that the bank never saw explain each other.
    """
    return (
        _banked(account)
        .exclude(Q(reversed_by__isnull=False) & ~seen("reversed_by"))
        .exclude(reverses__value_on__gte=first_day(account) or date.max)
    )


def expected_entries(account: BankAccount) -> QuerySet[Any]:
    """The entries that a line may turn out to be.

    The cancellation of an entry that the bank showed is one, until its line is explained anew; so
    is what was typed shortly before the first statement, that stands.
    """
    first = first_day(account)
    if first is None:
        return _banked(account)
    explained = bank_lines().filter(
        amount=F("cleared") + F("waits"), clearings__entry=OuterRef("reverses")
    )
    typed = Q(reverses__isnull=False) & seen("reverses") & ~Q(Exists(explained))
    unseen = unseen_entries(account).values("pk")
    early = Q(value_on__lt=first, reverses=None, reversed_by=None)
    return _unseen_since(account, first - EARLY).filter(
        early | Q(value_on__gte=first) & (Q(pk__in=unseen) | typed)
    )


def shared_entries(line: BankLine, *, left: int) -> list[tuple[Any, list[BankLine]]]:
    """The entries that a line and others of its account are together, each with the others.

    `left` is what nothing explains of the line, or what waits on the suspense account.
    """
    beyond = {"moved__gt": left} if left > 0 else {"moved__lt": left}
    entries = list(expected_entries(line.account).filter(**beyond).order_by("-value_on", "-pk"))
    others = sorted(
        (one for one in open_lines(line.account).exclude(pk=line.pk) if open_part(one) * left > 0),
        key=lambda one: (abs(one.booked_on - line.booked_on), one.pk),
    )
    made = bank.completions(
        [open_part(one) for one in others], wanted={entry.moved - left for entry in entries}
    )
    return [
        (entry, [others[place] for place in places])
        for entry in entries
        for places in made.get(entry.moved - left, ())
    ]


def open_part(line: Any) -> int:
    """What nothing explains of a line read with its sums, in cents."""
    return int(line.amount - line.cleared - line.waits)


def _balance(postings: QuerySet[Posting]) -> int:
    return postings.aggregate(sum=Sum("amount", default=0))["sum"]


STALLED = timedelta(minutes=15)
"""After how long an import that does not move is said to have stopped."""
