"""What was paid beyond a debt and the debt itself, so that both are never open together."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db.models import Q, Sum

from alize.accounts.models import Person
from funds.enums import AccountKey, EntryKind, Perimeter
from funds.models import Advance, Entry, Posting
from funds.operations.ledger import Draft, post_entry
from funds.rules import ledger

_SETTLED = (EntryKind.REFUND, EntryKind.KEPT, EntryKind.FORGONE)
_REFUNDED = Q(entry__kind__in=_SETTLED) | Q(entry__reverses__kind__in=_SETTLED)


def settle_overpayment(advance: Advance, *, after: Entry) -> Entry | None:
    """Set an over-payment against what a payment made due again, on the same day."""
    draft = _offset(
        advance,
        (),
        on=after.value_on,
        key=after.command_key,
        by=after.recorded_by,
        at=after.recorded_at,
    )
    return post_entry(draft) if draft else None


def offset_with(mirror: Draft) -> list[Draft]:
    """What goes with the entry that undoes another: an over-payment set off, or taken back.

    Posted together, for what the over-payment paid may be what is undone.
    """
    undone = mirror.reverses
    if mirror.advance is None or undone is None or undone.kind in _SETTLED:
        return []
    draft = _offset(
        mirror.advance,
        mirror.legs,
        on=mirror.value_on,
        key=mirror.command_key,
        by=mirror.by,
        at=mirror.at,
    )
    return [draft] if draft else []


def _offset(
    advance: Advance,
    coming: Sequence[ledger.Leg],
    *,
    on: date,
    key: UUID,
    by: Person,
    at: datetime,
) -> Draft | None:
    """Bring the two accounts to what the payments say: what is owed first, the rest beyond it.

    What was refunded and then taken back by the bank stays due on its own account. No more is
    taken back than was set off: a payment that was repaid since is not undone.
    """
    receivable, beyond = Q(account=AccountKey.RECEIVABLE), Q(account=AccountKey.OVERPAID)
    sums = Posting.objects.filter(entry__advance=advance).aggregate(
        owed=Sum("amount", filter=receivable, default=0),
        beyond=Sum("amount", filter=beyond, default=0),
        refunded=Sum("amount", filter=beyond & _REFUNDED, default=0),
        set_off=-Sum("amount", filter=receivable & Q(entry__kind=EntryKind.OFFSET), default=0),
    )
    owed = sums["owed"] + _moved(coming, AccountKey.RECEIVABLE)
    due = owed + sums["beyond"] + _moved(coming, AccountKey.OVERPAID) - sums["refunded"]
    amount = max(owed - max(0, due), -sums["set_off"])
    if not amount:
        return None
    what = "Imputation du trop-perçu" if amount > 0 else "Imputation reprise du trop-perçu"
    return Draft(
        kind=EntryKind.OFFSET,
        perimeter=Perimeter.FUND,
        legs=ledger.offset(amount=amount),
        value_on=on,
        label=f"{what} de l'avance {advance.reference}",
        command_key=uuid5(key, "offset"),
        by=by,
        at=at,
        advance=advance,
    )


def _moved(legs: Sequence[ledger.Leg], account: AccountKey) -> int:
    return sum(leg.amount for leg in legs if leg.account == account)
