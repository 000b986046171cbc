"""What was granted and the company does not need: noted by two persons, then never lent."""

from datetime import datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.money import format_euros
from alize.outbox.operations import enqueue
from funds import permissions, queries
from funds.enums import ADVANCE_TRANSITIONS, AdvanceStatus
from funds.models import Advance, Authorization


def check_rest(advance: Advance, amount: int) -> None:
    """Refuse to renounce anything but the whole of what is left to pay.

    :raises ActionDenied: nothing is left, or a payment waits.
    :raises InvalidInput: what is left is of another amount.
    """
    left = queries.left_to_pay(advance)
    permissions.renounce(advance, left=left)
    if amount != left:
        raise InvalidInput(
            f"Il reste {format_euros(left)} à verser sur cette avance : l'entreprise renonce à "
            "tout ce solde, ni plus ni moins.",
            field="amount",
        )


def renounce(authorization: Authorization, *, by: Person, at: datetime) -> None:
    """Commit the rest of an advance no more; one of which nothing was lent is cancelled.

    The caller holds the advance and has decided the request. The plan in force stays: it is that of
    what was lent.
    """
    advance = Advance.objects.get(pk=authorization.advance_id or 0)
    advance.renounced_amount += authorization.amount
    if not queries.book_of(advance).lent:
        ADVANCE_TRANSITIONS.guard(advance.status, AdvanceStatus.CANCELLED)
        advance.status, advance.cancelled_on = AdvanceStatus.CANCELLED, timezone.localdate(at)
    advance.save(update_fields=["renounced_amount", "status", "cancelled_on"])
    enqueue("figures.changed", key=f"advance:{advance.pk}:{at.isoformat()}")
    audit.record("authorization.approved", target=authorization, by=by, at=at)
    audit.record(
        "advance.cancelled" if advance.status == AdvanceStatus.CANCELLED else "advance.renounced",
        target=advance,
        by=by,
        at=at,
        amount=authorization.amount,
    )
