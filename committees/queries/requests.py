"""What the committee was asked about the advances already paid."""

from django.db.models import QuerySet

from committees.enums import DecisionOutcome
from committees.models import AgendaItem, Decision
from committees.permissions import BEFORE_IT_ENDS


def pending(approval: Decision) -> QuerySet[AgendaItem]:
    """The requests on the advance of a decision that wait for theirs."""
    return approval.requests.filter(meeting__status__in=BEFORE_IT_ENDS, decisions=None)


def accepted(approval: Decision, *matters: str) -> QuerySet[Decision]:
    """What the committee accepted, and stands, on the advance that a decision gave."""
    return Decision.objects.standing().filter(
        item__approval=approval, item__matter__in=matters, outcome=DecisionOutcome.ACCEPTED
    )
