"""What the fund asks of the committee about an advance it has paid (journeys.md O6)."""

from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from committees import operations as committee_operations
from committees.enums import AdvanceMatter
from committees.models import AgendaItem
from committees.operations import InWriting
from funds import permissions, queries
from funds.models import Advance


@transaction.atomic
def ask_committee(
    *,
    advance_id: int,
    matter: AdvanceMatter,
    terms: str,
    where: int | InWriting,
    by: Person,
    at: datetime,
) -> AgendaItem:
    """Ask the committee to reschedule what is owed, to suspend it, or to give it up.

    :raises ActionDenied: nothing is owed, or the committee cannot be asked (a request pending…).
    :raises InvalidInput: nothing is proposed, or a written consultation would end too early.
    """
    advance = Advance.objects.get(pk=advance_id)
    permissions.ask_committee(owed=queries.owed(advance))
    return committee_operations.ask_about_advance(
        approval_id=advance.decision_id, matter=matter, terms=terms, where=where, by=by, at=at
    )
