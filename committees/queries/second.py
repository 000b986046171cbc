"""What a second convocation takes up: the files that failed for lack of quorum (voting.md 5.3)."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q

from alize.common.dates import add_months
from committees.enums import BallotStatus, MeetingStatus
from committees.models import AgendaItem, CommitteeRules, Meeting
from committees.queries import seats
from committees.queries.ballots import facts_now, last_ballot, rules_for
from committees.queries.requests import is_asked_since
from committees.rules import Outcome, tally
from projects.enums import ProjectStatus


@dataclass(frozen=True)
class Window:
    """The days on which a second convocation may be held."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def window_of(meeting: Meeting, rules: CommitteeRules) -> Window:
    """Neither too soon nor too late after the meeting that failed."""
    day = seats.day_of(meeting)
    return Window(
        day + timedelta(days=rules.second_min_days), add_months(day, rules.second_max_months)
    )


def without_quorum(meeting: Meeting) -> list[AgendaItem]:
    """What its quorum alone left undecided in a held meeting: a file still ready, a request that
    was not asked again since."""
    if meeting.status != MeetingStatus.HELD:
        return []
    waits = Q(matter="", project__status=ProjectStatus.READY) | ~Q(matter="")
    items = meeting.items.filter(waits, decisions=None).order_by("rank")
    return [
        item for item in items if missed_quorum(item) and not (item.matter and is_asked_since(item))
    ]


def missed_quorum(item: AgendaItem) -> bool:
    """Whether its last ballot missed the quorum; without any, whether those who stayed did.

    A quorum missed early and reached since is no ground: three people would decide alone what the
    committee, once there, was not asked.
    """
    last = last_ballot(item)
    if last is None or last.status == BallotStatus.CANCELLED:
        return _nobody_could_vote(item)
    if last.status != BallotStatus.PROCLAIMED or last.result is None:
        return False
    return last.result["outcome"] == Outcome.NO_QUORUM


def _nobody_could_vote(item: AgendaItem) -> bool:
    meeting = item.meeting
    stayed = meeting.attendances.filter(left_at=meeting.closed_at).values_list("seat_id", flat=True)
    facts = facts_now(item, None, on=seats.day_of(meeting))
    facts = replace(facts, present=frozenset(map(str, stayed)))
    return not tally(facts, rules_for(item, None)).quorum_reached
