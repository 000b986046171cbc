"""What the committee was asked about the advances already paid."""

from django.db.models import QuerySet

from committees.enums import DecisionOutcome, MeetingStatus
from committees.models import AgendaItem, Decision
from committees.permissions.phases import BEFORE_IT_ENDS


def pending(approval: Decision) -> QuerySet[AgendaItem]:
    """The requests on the advance of a decision that wait for theirs."""
    return approval.requests.filter(meeting__status__in=BEFORE_IT_ENDS, decisions=None)


def is_asked_since(item: AgendaItem) -> bool:
    """Whether the committee was asked about the same advance after this request."""
    later = AgendaItem.objects.filter(approval=item.approval_id, pk__gt=item.pk)
    return later.exclude(meeting__status=MeetingStatus.CANCELLED).exists()


def accepted(approval: Decision, *matters: str) -> QuerySet[Decision]:
    """What the committee accepted, and stands, on the advance that a decision gave."""
    return Decision.objects.standing().filter(
        item__approval=approval, item__matter__in=matters, outcome=DecisionOutcome.ACCEPTED
    )
