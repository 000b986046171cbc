"""What the fund expects of its bank: entries, instalments, what may be sent back."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from funds import bank
from funds.bank.matching import BOUNCES_FOR, NEAR
from funds.enums import AdvanceStatus, ClearingAct, EntryKind, Perimeter
from funds.models import Advance, BankAccount, Clearing, Entry, SepaTransfer
from funds.permissions.bank import RETURNED
from funds.queries.bank import bank_sum, expected_entries, first_day, standing_clearings
from funds.queries.received import standings_of

_RECEIPTS = (EntryKind.REPAYMENT, EntryKind.RECOVERY)
"""Money of a company, that its bank may take back."""


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
    resumed = Q(kind=EntryKind.UNIDENTIFIED) & Exists(
        live.filter(act=ClearingAct.RESUMED, line__clearings__entry=OuterRef("pk"))
    )
    entries = (
        Entry.objects.annotate(moved=bank_sum(account))
        .filter(
            kind__in=list(RETURNED),
            moved__isnull=False,
            reversed_by=None,
            value_on__gte=on - BOUNCES_FOR - NEAR,
        )
        .exclude(unshown)
        .exclude(resumed)
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
