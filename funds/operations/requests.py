"""What the fund asks of the committee about an advance it has paid (journeys.md O6)."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from alize.accounts.models import Person
from alize.audit.commands import made_once
from committees import operations as committee_operations
from committees.enums import AdvanceMatter
from committees.models import AgendaItem
from committees.operations import InWriting
from funds import permissions, queries
from funds.models import Advance


def ask_committee(
    *,
    advance_id: int,
    matter: AdvanceMatter,
    terms: str,
    where: int | InWriting,
    by: Person,
    at: datetime,
    command_key: UUID,
) -> AgendaItem:
    """Ask the committee to reschedule what is owed, to suspend it, or to give it up.

    :raises ActionDenied: nothing received is owed, or the committee cannot be asked (one pending…).
    :raises InvalidInput: nothing is proposed, or a written consultation would end too early.
    :raises AlreadyUsed: the form was sent before with another content.
    """

    def act() -> AgendaItem:
        advance = Advance.objects.get(pk=advance_id)
        unsent = queries.unsent(advance, on=timezone.localdate(at))
        permissions.ask_committee(owed=queries.owed(advance), unsent=unsent)
        return committee_operations.ask_about_advance(
            approval_id=advance.decision_id, matter=matter, terms=terms, where=where, by=by, at=at
        )

    asked = {
        "act": "ask_committee",
        "advance": advance_id,
        "matter": matter,
        "terms": terms,
        "where": where,
    }
    return made_once(AgendaItem, command_key, payload=asked, by=by, at=at, act=act)
