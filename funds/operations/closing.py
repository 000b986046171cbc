"""The closing of a period: forward only, by the second signatory (funds.md 2.7, I6)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from funds.models import Closing
from funds.operations.ledger import lock_ledger


@transaction.atomic
def close_period(*, closed_on: date, by: Person, at: datetime) -> Closing:
    """Book nothing on that day or before any more; the same person asking twice closes once.

    :raises InvalidInput: the day is not over, or the ledger is closed until a later one.
    """
    state = lock_ledger()
    known = Closing.objects.filter(closed_on=closed_on, recorded_by=by).first()
    if known is not None:
        return known
    if closed_on >= timezone.localdate(at):
        raise InvalidInput("On ne clôture qu'une période terminée.", field="closed_on")
    if state.closed_on is not None and closed_on <= state.closed_on:
        raise InvalidInput(
            f"Les comptes sont déjà clôturés au {short_date(state.closed_on)} : "
            "une clôture ne revient pas en arrière.",
            field="closed_on",
        )
    closing = Closing.objects.create(closed_on=closed_on, recorded_at=at, recorded_by=by)
    audit.record("ledger.closed", target=closing, by=by, at=at, on=closed_on.isoformat())
    return closing
