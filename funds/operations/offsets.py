"""What was paid beyond a debt and the debt itself, so that both are never open together."""

from datetime import date
from uuid import uuid5

from django.db.models import Sum

from funds import queries
from funds.enums import EntryKind, Perimeter
from funds.models import Advance, Entry, Posting
from funds.operations.ledger import Draft, post_entry
from funds.rules import ledger


def settle_overpayment(advance: Advance, *, after: Entry) -> Entry | None:
    """Set an over-payment against what an entry made due again: a bounce, another tranche.

    When the debit that came back is the one that had paid too much, what was set off is due again:
    account 467 says what the rules say of the payments that stand (funds.md 2.4). `after` is that
    entry; what is set against it has its day.
    """
    kept = -Posting.objects.filter(entry__advance=advance, account="OVERPAID").aggregate(
        sum=Sum("amount", default=0)
    )["sum"]
    amount = kept - queries.book_of(advance).position(date.max).overpaid
    if not amount:
        return None
    what = "Imputation du trop-perçu" if amount > 0 else "Imputation reprise du trop-perçu"
    return post_entry(
        Draft(
            kind=EntryKind.OFFSET,
            perimeter=Perimeter.FUND,
            legs=ledger.offset(amount=amount),
            value_on=after.value_on,
            label=f"{what} de l'avance {advance.reference}",
            command_key=uuid5(after.command_key, "offset"),
            by=after.recorded_by,
            at=after.recorded_at,
            advance=advance,
        )
    )
