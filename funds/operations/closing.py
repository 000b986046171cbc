"""The closing of a period: forward only, by the second signatory (funds.md 2.7, I6)."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from funds.models import Closing
from funds.operations.ledger import lock_ledger
from funds.queries.closing import left_before_closing


@transaction.atomic
def close_period(
    *, closed_on: date, by: Person, at: datetime, despite: Sequence[str] = ()
) -> Closing:
    """Book nothing on that day or before any more; the same person asking twice closes once.

    `despite` is what was said to be left, and is left so knowingly.

    :raises InvalidInput: the day is not over, the ledger is closed until a later one, or something
        is left that was not shown.
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
    left = left_before_closing(closed_on)
    if set(left) - set(despite):
        raise InvalidInput(
            "Tout n'est pas réglé à cette date : réglez ce qui reste, ou cochez chaque point que "
            "vous laissez ainsi.",
            field="despite",
        )
    closing = Closing.objects.create(closed_on=closed_on, recorded_at=at, recorded_by=by)
    audit.record(
        "ledger.closed", target=closing, by=by, at=at, on=closed_on.isoformat(), left=len(left)
    )
    return closing
