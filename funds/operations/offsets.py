"""An over-payment that pays what is owed again, so that both are never open together."""

from uuid import uuid5

from django.db.models import Q, Sum

from funds.enums import EntryKind, Perimeter
from funds.models import Advance, Entry, Posting
from funds.operations.ledger import Draft, post_entry
from funds.rules import ledger


def settle_overpayment(advance: Advance, *, after: Entry) -> Entry | None:
    """Set an over-payment against what an entry made due again: a bounce, another tranche.

    `after` is that entry; what is set against it has its day.
    """
    sums = Posting.objects.filter(entry__advance=advance).aggregate(
        owed=Sum("amount", filter=Q(account="RECEIVABLE"), default=0),
        overpaid=-Sum("amount", filter=Q(account="OVERPAID"), default=0),
    )
    amount = min(sums["owed"], sums["overpaid"])
    if amount <= 0:
        return None
    return post_entry(
        Draft(
            kind=EntryKind.OFFSET,
            perimeter=Perimeter.FUND,
            legs=ledger.offset(amount=amount),
            value_on=after.value_on,
            label=f"Imputation du trop-perçu de l'avance {advance.reference}",
            command_key=uuid5(after.command_key, "offset"),
            by=after.recorded_by,
            at=after.recorded_at,
            advance=advance,
        )
    )
