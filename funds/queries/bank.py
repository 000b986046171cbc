"""What the bank shows and the ledger does not, and the other way round: derived, never stored."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from funds import bank
from funds.bank.matching import BOUNCES_FOR, EARLY, NEAR
from funds.bank_permissions import RETURNED
from funds.enums import AccountKey, AdvanceStatus, ClearingAct, EntryKind, Perimeter
from funds.models import (
    Advance,
    BankAccount,
    BankLine,
    BankStatement,
    Clearing,
    Entry,
    Posting,
    SepaTransfer,
)
from funds.queries.books import standings_of

LEDGER_ACCOUNTS = {Perimeter.FUND: AccountKey.FUND_BANK, Perimeter.OPS: AccountKey.OPS_BANK}
SUSPENSE_ACCOUNTS = {
    Perimeter.FUND: AccountKey.UNIDENTIFIED,
    Perimeter.OPS: AccountKey.OPS_UNIDENTIFIED,
}

_RECEIPTS = (EntryKind.REPAYMENT, EntryKind.RECOVERY)
"""Money of a company, that its bank may take back."""


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
        | Q(entry__isnull=False, entry__reversed_by=None)
        | Exists(live.filter(entry=mirror))
        | Exists(live.filter(reversal__mirrors=mirror))
    ).exclude(act=ClearingAct.BOUNCE, reversal__status__in=["PROPOSED", "REFUSED"])


def waiting_returns() -> QuerySet[Clearing]:
    """Lines sent back by a bank whose cancellation waits for the second person."""
    return Clearing.objects.filter(
        undone_at=None, act=ClearingAct.BOUNCE, reversal__status="PROPOSED"
    )


def _sum(clearings: QuerySet[Clearing]) -> Coalesce:
    sums = clearings.filter(line=OuterRef("pk")).order_by().values("line")
    return Coalesce(Subquery(sums.annotate(sum=Sum("amount")).values("sum")), 0)


def bank_lines() -> QuerySet[Any]:
    """Lines with what is `cleared`, what `waits` for a second person, what is `suspended`."""
    standing = standing_clearings()
    return BankLine.objects.annotate(
        cleared=_sum(standing.exclude(act__in=[ClearingAct.IDENTIFIED, ClearingAct.MOVED])),
        waits=_sum(waiting_returns()),
        suspended=_sum(standing.filter(act=ClearingAct.SUSPENSE, entry__reversed_by=None))
        - _sum(standing.filter(act=ClearingAct.IDENTIFIED)),
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


def last_statement(account: BankAccount) -> BankStatement | None:
    """The statement that nothing follows."""
    return account.statements.filter(following=None).first()


def known_of(account: BankAccount) -> bank.Known | None:
    """What its statements already say, for the next one to follow."""
    last = last_statement(account)
    first = first_day(account)
    if last is None or first is None:
        return None
    return bank.Known(since=first, closing=last.closing, until=last.until)


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
    first = account.statements.filter(previous=None).values_list("since", flat=True)
    return first.first()


def _bank_sum(account: BankAccount) -> Subquery:
    """What an entry did to one account, signed as a statement is."""
    moved = Posting.objects.filter(entry=OuterRef("pk"), account=ledger_account(account))
    return Subquery(moved.order_by().values("entry").annotate(sum=Sum("amount")).values("sum"))


def _banked(account: BankAccount) -> QuerySet[Any]:
    """Entries since the bank is known that moved it, `moved` signed as a statement is."""
    return _unseen_since(account, first_day(account) or date.max)


def _unseen_since(account: BankAccount, since: date) -> QuerySet[Any]:
    return (
        Entry.objects.annotate(moved=_bank_sum(account))
        .filter(moved__isnull=False, value_on__gte=since)
        .exclude(_seen("pk"))
        .select_related("advance__project__beneficiary", "order")
    )


def _seen(entry: str) -> Q:
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
        .exclude(Q(reversed_by__isnull=False) & ~_seen("reversed_by"))
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
    typed = Q(reverses__isnull=False) & _seen("reverses") & ~Q(Exists(explained))
    unseen = unseen_entries(account).values("pk")
    early = Q(value_on__lt=first, reverses=None, reversed_by=None)
    return _unseen_since(account, first - EARLY).filter(
        early | Q(value_on__gte=first) & (Q(pk__in=unseen) | typed)
    )


@dataclass(frozen=True)
class Agreement:
    """The two balances of an account on the last day of its statements, in cents."""

    statement: BankStatement
    ledger: int
    lines_left: int
    """At the bank, not in the ledger."""
    unseen: int
    """In the ledger, not at the bank."""
    before: int
    """What the bank held before its first statement, less what the ledger did."""

    @property
    def difference(self) -> int:
        return self.statement.closing - self.ledger

    @property
    def unexplained(self) -> int:
        """Operations dated on either side of the last day."""
        return self.difference - self.lines_left + self.unseen - self.before


def agreement(account: BankAccount) -> Agreement | None:
    """Compare the bank and the ledger; nothing when no statement came."""
    statement = last_statement(account)
    if statement is None:
        return None
    until = statement.until
    postings = Posting.objects.filter(account=ledger_account(account))
    first = account.statements.get(previous=None)
    left = open_lines(account).aggregate(
        sum=Sum("amount", default=0) - Sum("cleared", default=0) - Sum("waits", default=0)
    )
    waiting = waiting_returns().filter(line__account=account)
    # What was typed before the first statement, and shown since, is no difference of before.
    shown = Clearing.objects.filter(undone_at=None, entry=OuterRef("entry"))
    before = postings.filter(entry__value_on__lt=first.since).exclude(Exists(shown))
    return Agreement(
        statement=statement,
        ledger=_balance(postings.filter(entry__value_on__lte=until)),
        lines_left=left["sum"] + waiting.aggregate(sum=Sum("amount", default=0))["sum"],
        unseen=unseen_entries(account)
        .filter(value_on__lte=until)
        .aggregate(sum=Sum("moved", default=0))["sum"],
        before=first.opening - _balance(before),
    )


def _balance(postings: QuerySet[Posting]) -> int:
    return postings.aggregate(sum=Sum("amount", default=0))["sum"]


def matcher_for(account: BankAccount, *, on: date) -> bank.Matcher:
    """What this account expects on a day: entries, instalments, repayments that may return."""
    first = first_day(account) or date.max
    unseen = [_booked(entry, first=first) for entry in expected_entries(account)]
    if account.perimeter != Perimeter.FUND:
        return bank.Matcher(booked=unseen)
    lent = lent_on(on)
    others = Advance.objects.exclude(pk__in=[one.advance for one in lent])
    return bank.Matcher(
        awaited=[one for one in lent if one.unpaid],
        settled=[one for one in lent if not one.unpaid],
        others=others.values_list("reference", flat=True),
        booked=unseen,
        moved=_moved(account, on=on),
        sent=_sent(),
    )


def _booked(entry: Any, *, first: date) -> bank.Booked:
    advance = entry.advance
    transfer = entry.order.transfers.filter(is_live=True).first() if entry.order else None
    return bank.Booked(
        entry=entry.pk,
        amount=entry.moved,
        value_on=entry.value_on,
        label=EntryKind(entry.kind).label.lower(),
        reference=advance.reference if advance else "",
        company=advance.project.beneficiary.name if advance else "",
        end_to_end_id=transfer.end_to_end_id if transfer else "",
        is_early=entry.value_on < first,
    )


def awaited_on(on: date) -> list[bank.Awaited]:
    """The advances that companies pay back on a day, and what each still brings."""
    return [one for one in lent_on(on) if one.unpaid]


def lent_on(on: date) -> list[bank.Awaited]:
    """The advances lent on a day, those that owe nothing after the others."""
    advances = list(
        Advance.objects.filter(status=AdvanceStatus.CONTRACTED).select_related(
            "project__beneficiary"
        )
    )
    accounts = _known_accounts()
    lent = [
        bank.Awaited(
            advance=advance.pk,
            reference=advance.reference,
            company=advance.project.beneficiary.name,
            unpaid=tuple(line.amount for line in standing.unpaid_lines),
            ibans=frozenset(accounts.get(advance.pk, ())),
        )
        for advance, standing in zip(advances, standings_of(advances, on=on).values(), strict=True)
        if standing.disbursed
    ]
    return sorted(lent, key=lambda one: not one.unpaid)


def _known_accounts() -> dict[int, set[str]]:
    """The accounts that repayments came from, by advance, as earlier lines showed them."""
    known: dict[int, set[str]] = {}
    lines = (
        standing_clearings()
        .filter(entry__kind=EntryKind.REPAYMENT, line__amount__gt=0)
        .exclude(line__iban="")
        .values_list("entry__advance", "line__iban")
    )
    for advance, iban in lines.distinct():
        known.setdefault(advance, set()).add(iban)
    return known


def _sent() -> QuerySet[SepaTransfer, str]:
    """The identifiers of the transfers of ours, whatever became of them."""
    return SepaTransfer.objects.values_list("end_to_end_id", flat=True)


def _moved(account: BankAccount, *, on: date) -> list[bank.Moved]:
    """What the bank may send back: money from companies that it showed, payments of ours.

    What was typed before its first statement is as good as shown.
    """
    live = Clearing.objects.filter(undone_at=None).exclude(act=ClearingAct.IDENTIFIED)
    since = first_day(account) or date.max
    unshown = Q(kind__in=_RECEIPTS, value_on__gte=since) & ~Exists(
        live.filter(entry=OuterRef("pk"))
    )
    entries = (
        Entry.objects.annotate(moved=_bank_sum(account))
        .filter(
            kind__in=list(RETURNED),
            moved__isnull=False,
            reversed_by=None,
            value_on__gte=on - BOUNCES_FOR - NEAR,
        )
        .exclude(unshown)
        .exclude(reversals__status="PROPOSED")
        .select_related("advance__project__beneficiary", "order__payee")
        .prefetch_related(
            Prefetch("clearings", live.select_related("line"), to_attr="shown"),
            Prefetch("shown__line__clearings", _identified(), to_attr="identified"),
            Prefetch("order__transfers", SepaTransfer.objects.filter(is_live=True), to_attr="sent"),
        )
    )
    return [_moved_by(entry) for entry in entries]


def _identified() -> QuerySet[Clearing]:
    """What says of which advances a line that waited was."""
    known = standing_clearings().filter(act=ClearingAct.IDENTIFIED, entry__advance__isnull=False)
    return known.select_related("entry__advance__project__beneficiary")


def _moved_by(entry: Any) -> bank.Moved:
    line = entry.shown[0].line if entry.shown else None
    iban, end_to_end_id = (line.iban, line.end_to_end_id) if line else ("", "")
    if entry.order is not None:
        iban = entry.order.payee.iban if entry.order.payee else iban
        end_to_end_id = entry.order.sent[0].end_to_end_id if entry.order.sent else end_to_end_id
    advance = entry.advance or _only_advance(line)
    company = advance.project.beneficiary.name if advance else ""
    return bank.Moved(
        entry=entry.pk,
        amount=entry.moved,
        value_on=entry.value_on,
        reference=advance.reference if advance else "",
        company=company or (line.name if line else ""),
        end_to_end_id=end_to_end_id,
        iban=iban,
        what=RETURNED[EntryKind(entry.kind)],
    )


def _only_advance(line: Any) -> Advance | None:
    """The advance that a line which waited was of, when it was of one."""
    known = {one.entry.advance for one in line.identified} if line else set()
    return known.pop() if len(known) == 1 else None


STALLED = timedelta(minutes=15)
"""After how long an import that does not move is said to have stopped."""
