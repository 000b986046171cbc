"""What was paid beyond a debt and the debt itself, so that both are never open on one day."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import uuid5

from django.db.models import Q, Sum

from funds.enums import AccountKey, EntryKind, Perimeter
from funds.models import Advance, Posting
from funds.operations.ledger import Draft
from funds.rules import ledger

_SETTLED = (EntryKind.REFUND, EntryKind.KEPT, EntryKind.FORGONE)
_REFUNDED = Q(entry__kind__in=_SETTLED) | Q(entry__reverses__kind__in=_SETTLED)
_BOTH = (AccountKey.RECEIVABLE, AccountKey.OVERPAID)


@dataclass
class _Moved:
    """What happened to an advance on one day, or until it; cents."""

    owed: int = 0
    """On its receivable."""
    due: int = 0
    """Lent, less what was lost and paid; below zero, paid beyond what was lent."""


def with_offsets(drafts: Sequence[Draft]) -> list[Draft]:
    """These entries, then what brings the two accounts of their advances to what the payments say.

    On each day from theirs on, what is owed is paid first, the rest is beyond it. What was refunded
    and then taken back by the bank stays due on its own account. Posted together: what an
    over-payment paid may be what is undone.
    """
    by_advance = defaultdict[Advance, list[Draft]](list)
    for draft in drafts:
        if draft.advance is not None:
            by_advance[draft.advance].append(draft)
    offsets = [one for advance, group in by_advance.items() for one in _offsets(advance, group)]
    return [*drafts, *offsets]


def _offsets(advance: Advance, drafts: Sequence[Draft]) -> list[Draft]:
    """Those of one advance, a day each.

    None when a payment that was repaid since is undone: the database refuses it.
    """
    days = defaultdict[date, _Moved](_Moved)
    for day, owed, due in _recorded(advance):
        days[day] = _Moved(owed, due)
    lent_less = _lent_less(advance, drafts)
    for draft in drafts:
        if draft.kind not in _SETTLED and (
            draft.reverses is None or draft.reverses.kind not in _SETTLED
        ):
            days[draft.value_on].owed += _sum(draft, AccountKey.RECEIVABLE)
            days[draft.value_on].due += _sum(draft, *_BOTH)
    made, set_off = [], 0
    for day, owed in _beyond(days, since=min(draft.value_on for draft in drafts)):
        if lent_less is not None and owed < -lent_less:
            return []
        if amount := owed - set_off:
            made.append(_offset(advance, drafts[0], day, amount))
        set_off = owed
    return made


def _recorded(advance: Advance) -> Iterator[tuple[date, int, int]]:
    """What the two accounts of an advance say of each day, by what moved them."""
    yield from (
        Posting.objects.filter(entry__advance=advance, account__in=_BOTH)
        .order_by()
        .values_list("entry__value_on")
        .annotate(
            owed=Sum("amount", filter=Q(account=AccountKey.RECEIVABLE), default=0),
            due=Sum("amount", filter=~_REFUNDED, default=0),
        )
    )


def _beyond(days: dict[date, _Moved], *, since: date) -> Iterator[tuple[date, int]]:
    """By day, what the receivable says beyond what is owed."""
    until = _Moved()
    for day in sorted(days):
        until.owed += days[day].owed
        until.due += days[day].due
        if day >= since:
            yield day, until.owed - max(0, until.due)


def _lent_less(advance: Advance, drafts: Sequence[Draft]) -> int | None:
    """What was overpaid when a payment that is undone was made; none when no payment is.

    What its own day brought after it, a loss or a repayment, rests on it.
    """
    for draft in drafts:
        wrong = draft.reverses
        if wrong is not None and wrong.kind == EntryKind.DISBURSEMENT:
            earlier = Q(entry__value_on=wrong.value_on, entry__lt=wrong)
            due = Posting.objects.filter(
                earlier | Q(entry__value_on__lt=wrong.value_on),
                entry__advance=advance,
                account__in=_BOTH,
            ).aggregate(sum=Sum("amount", filter=~_REFUNDED, default=0))
            return max(0, -due["sum"])
    return None


def _sum(draft: Draft, *accounts: AccountKey) -> int:
    return sum(leg.amount for leg in draft.legs if leg.account in accounts)


def _offset(advance: Advance, draft: Draft, day: date, amount: int) -> Draft:
    what = "Imputation du trop-perçu" if amount > 0 else "Imputation reprise du trop-perçu"
    return Draft(
        kind=EntryKind.OFFSET,
        perimeter=Perimeter.FUND,
        legs=ledger.offset(amount=amount),
        value_on=day,
        label=f"{what} de l'avance {advance.reference}",
        command_key=uuid5(draft.command_key, f"offset {day}"),
        by=draft.by,
        at=draft.at,
        advance=advance,
    )
