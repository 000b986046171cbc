"""The second convocation: same agenda, no quorum asked, nothing may be added (voting.md 5.3)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from committees import permissions
from committees.models import CommitteeRules, Meeting
from committees.operations.agenda import carry_over
from committees.operations.base import locked_meeting
from committees.operations.planning import MINUTES, check_when_and_where, next_number
from committees.queries import second
from committees.queries.rules import committee_rules
from projects import operations as project_operations


def check_day(first: Meeting, day: date, rules: CommitteeRules) -> None:
    """Hold it neither too soon nor too late after the first.

    :raises InvalidInput: the day is outside what the rules allow.
    """
    window = second.window_of(first, rules)
    if day not in window:
        raise InvalidInput(
            f"Une seconde convocation se tient entre le {long_date(window.first)} et le "
            f"{long_date(window.last)}.",
            field="held_on",
        )


@transaction.atomic
def convene_again(
    *,
    meeting_id: int,
    held_at: datetime,
    mode: str,
    place: str = "",
    video_url: str = "",
    minutes_planned: int = MINUTES,
    chair_id: int | None = None,
    by: Person,
    at: datetime,
) -> Meeting:
    """Plan the second convocation of a meeting that missed its quorum, with the files that failed.

    Its summons are sent like any other's.

    :raises ActionDenied: the rules do not allow it, it exists already, or no file failed so.
    :raises InvalidInput: its day is outside what the rules allow.
    """
    first = locked_meeting(meeting_id)
    rules = committee_rules()
    failed = second.without_quorum(first)
    permissions.convene_again(first, allowed=rules.second_convocation, failed=len(failed))
    check_when_and_where(held_at, mode, place, video_url, minutes_planned, at=at)
    check_day(first, timezone.localdate(held_at), rules)
    project_operations.held(item.project_id for item in failed)
    year, rank = next_number(held_at)
    meeting = Meeting.objects.create(
        year=year,
        rank=rank,
        held_at=held_at,
        mode=mode,
        minutes_planned=minutes_planned,
        place=place,
        video_url=video_url,
        chair_id=chair_id or first.chair_id,
        second_of=first,
    )
    for item in failed:
        carry_over(item, meeting, by=by, at=at)
    audit.record("meeting.convened_again", target=meeting, by=by, at=at, first=first.pk)
    return meeting
