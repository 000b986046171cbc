"""What the committee is asked about an advance already paid: a new plan, a pause, a loss (2.5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alize.accounts.models import Person
from committees import permissions
from committees.enums import AdvanceMatter, ConsultationMatter
from committees.models import AgendaItem, Decision
from committees.operations.agenda import add_last, save_proposal
from committees.operations.base import locked_meeting
from committees.operations.consultations import new_consultation
from committees.queries import requests

MINUTES = 10


@dataclass(frozen=True, kw_only=True)
class InWriting:
    """When a written consultation ends, and why it does not wait for a meeting."""

    closes_at: datetime
    urgency: str


@transaction.atomic
def ask_about_advance(
    *,
    approval_id: int,
    matter: AdvanceMatter,
    terms: str,
    where: int | InWriting,
    by: Person,
    at: datetime,
) -> AgendaItem:
    """Put a request on the agenda of a meeting, or in a written consultation, with its proposal.

    It is voted like a file: recusals, proxies, quorum, minutes. The project keeps its status.

    :raises ActionDenied: the approval gives no advance under convention, a request is pending, or
        the meeting has begun.
    :raises InvalidInput: nothing is proposed, or the consultation would end too early.
    """
    approval = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("project")
        .get(pk=approval_id)
    )
    permissions.ask_about_advance(approval, pending=requests.pending(approval).exists())
    if isinstance(where, InWriting):
        meeting = new_consultation(
            project_id=approval.project_id,
            matter=ConsultationMatter.URGENCY,
            urgency=where.urgency,
            closes_at=where.closes_at,
            by=by,
            at=at,
        )
    else:
        meeting = locked_meeting(where)
    permissions.add_item(meeting, items=meeting.items.count())
    item = AgendaItem(
        project=approval.project,
        matter=AdvanceMatter(matter),
        approval=approval,
        minutes_planned=MINUTES,
    )
    add_last(meeting, item, by=by, at=at)
    save_proposal(item_id=item.pk, comment=terms.strip(), by=by, at=at)
    return item
