"""A file decided, the minutes of its meeting, and what came of it."""

from datetime import date, timedelta

from alize.notifications.models import Mail
from basins.tenancy import national
from committees import operations
from committees.models import Decision
from committees.operations import ConditionLine
from tests.committees.conftest import DAY

SUSPENSIVE = ConditionLine("SUSPENSIVE", "Accord de la banque", date(2026, 4, 30))


def mails(code):
    with national():
        return sorted(Mail.objects.filter(code=code).values_list("to_email", flat=True))


def text_of(code) -> str:
    with national():
        return Mail.objects.filter(code=code).latest("pk").text


def status(decision) -> str:
    decision.project.refresh_from_db()
    return decision.project.status


def approve(committee, **propose) -> Decision:
    ballot = committee.ballot(committee.opened(**propose))
    for person in committee.people:
        committee.vote(ballot, person)
    committee.close(ballot)
    return committee.proclaim(ballot)


def end(committee, decision, *, signed=True):
    """End the meeting; its minutes signed unless said."""
    meeting = decision.item.meeting
    minutes = operations.close_meeting(
        meeting_id=meeting.pk, by=committee.president, at=DAY + timedelta(hours=2)
    )
    if signed:
        when = {"by": committee.operator, "at": DAY + timedelta(hours=3)}
        operations.send_minutes(minutes_id=minutes.pk, **when)
        operations.sign_minutes(
            minutes_id=minutes.pk, by=committee.president, at=DAY + timedelta(days=1)
        )
    return Decision.objects.get(pk=decision.pk)
