"""The meetings of a year, one meeting by its number, the seats."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from alize.accounts.models import Person
from alize.common.addresses import basin_reverse
from alize.common.dates import PARIS
from alize.common.screen import Badge
from basins.homes import Visitor
from committees import permissions
from committees.enums import (
    APPROVALS,
    BallotStatus,
    MeetingMode,
    MeetingStatus,
    MinutesApproval,
    MinutesStatus,
)
from committees.invitations import ends_at
from committees.models import (
    AgendaItem,
    Ballot,
    Decision,
    Meeting,
    Minutes,
    Seat,
)
from committees.queries import leading, seats
from committees.queries.badges import VOTE_OVER
from committees.queries.rules import committee_rules
from projects.queries.visibility import visible_to

MEETING_BADGES = {
    MeetingStatus.PLANNED: Badge("En préparation", "neutral", "pencil"),
    MeetingStatus.CONVENED: Badge("Convoquée", "info", "send"),
    MeetingStatus.OPEN: Badge("En cours", "attention", "broadcast"),
    MeetingStatus.HELD: Badge("Tenue", "done"),
    MeetingStatus.CANCELLED: Badge("Annulée", "quiet"),
}
HELD_WITHOUT_VOTE = Badge("Tenue, sans vote", "neutral", "check2")
"""Of what sat and is not counted among the meetings held (kpis.md K1)."""


def numbers_of(number: str) -> tuple[int, int]:
    """The year and the rank of « 2026-05 ».

    :raises Http404: it is written otherwise.
    """
    year, _, rank = number.partition("-")
    if not (year.isdecimal() and rank.isdecimal() and len(year) == 4 and len(rank) < 4):
        raise Http404
    return int(year), int(rank)


def as_typed(meeting: Meeting) -> dict[str, Any]:
    """When, where and under whom a meeting is held, as its page shows it."""
    begins = meeting.held_at.astimezone(PARIS)
    return {
        "held_on": begins.date(),
        "hour": begins.time(),
        "until": ends_at(meeting).astimezone(PARIS).time(),
        "mode": meeting.mode,
        "place": meeting.place,
        "video_url": meeting.video_url,
        "chair": meeting.chair_id,
    }


def meeting_numbered(number: str) -> Meeting:
    """The meeting « 2026-05 ».

    :raises Http404: there is none.
    """
    year, rank = numbers_of(number)
    meeting = (
        Meeting.objects.filter(year=year, rank=rank)
        .select_related("chair__partner", "chair__holder", "convened_by")
        .first()
    )
    if meeting is None or meeting.number != number:
        raise Http404
    return meeting


def page_of(meeting: Meeting) -> str:
    """The address of a meeting, or of a written consultation."""
    name = "consultation_detail" if meeting.is_written else "meeting_detail"
    return basin_reverse(name, number=meeting.number)


def sitting_numbered(number: str) -> Meeting:
    """The meeting « 2026-05 », where people come.

    :raises Http404: there is none, or it is a written consultation.
    """
    meeting = meeting_numbered(number)
    if meeting.is_written:
        raise Http404
    return meeting


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in the list of a year."""

    meeting: Meeting
    number: str
    held_on: date
    status: Badge
    items: int
    approved: int
    is_closed_to_reader: bool
    """A consultation holds one file, that this person may not read."""


def years_with_meetings() -> list[int]:
    return list(Meeting.objects.order_by("-year").values_list("year", flat=True).distinct())


def meetings_of(year: int, visitor: Visitor) -> list[MeetingRow]:
    """The meetings of a year, the next or the latest first, with their files counted."""
    read = AgendaItem.objects.filter(project__in=visible_to(visitor).values("pk"))
    items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by()
    approvals = Decision.objects.filter(
        ballot__item__meeting=OuterRef("pk"), outcome__in=APPROVALS
    ).order_by()
    meetings = Meeting.objects.filter(year=year).annotate(
        holds_readable=Exists(read.filter(meeting=OuterRef("pk"))),
        item_count=_count(items, "meeting"),
        approved_count=_count(approvals, "ballot__item__meeting"),
        has_voted=_has_voted(),
    )
    return [
        MeetingRow(
            meeting=row,
            number=row.number,
            held_on=seats.day_of(row),
            status=badge_of(
                row,
                has_voted=row.has_voted,
                is_over=row.closes_at is not None and visitor.is_past(row.closes_at),
            ),
            items=row.item_count,
            approved=row.approved_count,
            is_closed_to_reader=row.mode == MeetingMode.WRITTEN and not row.holds_readable,
        )
        for row in meetings.order_by("-held_at")
    ]


def badge_of(meeting: Meeting, *, has_voted: bool, is_over: bool = False) -> Badge:
    """Where a meeting stands; held, whether it closed a ballot at least.

    `is_over`: the hour of a consultation has gone by.
    """
    if meeting.status == MeetingStatus.OPEN and is_over:
        return VOTE_OVER
    if meeting.status == MeetingStatus.HELD and not has_voted:
        return HELD_WITHOUT_VOTE
    return MEETING_BADGES[MeetingStatus(meeting.status)]


def minutes_to_approve() -> QuerySet[Minutes]:
    """The signed minutes that the committee has not approved yet, the oldest first."""
    waiting = Minutes.objects.filter(status=MinutesStatus.SIGNED, approved_at=None)
    return waiting.select_related("meeting").order_by("meeting__held_at")


def _count(rows: QuerySet, by: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(by).annotate(n=Count("pk")).values("n")), 0)


def held_in(year: int) -> int:
    """How many meetings of a year were held and closed a ballot at least (kpis.md K1)."""
    return Meeting.objects.held().filter(_has_voted(), year=year).count()


def _has_voted() -> Exists:
    """Whether a meeting closed a ballot at least."""
    return Exists(
        Ballot.objects.filter(
            item__meeting=OuterRef("pk"),
            status__in=[BallotStatus.CLOSED, BallotStatus.PROCLAIMED],
        )
    )


def has_voted(meeting: Meeting) -> bool:
    """Whether this meeting closed a ballot at least."""
    return Meeting.objects.filter(_has_voted(), pk=meeting.pk).exists()


def seats_in_office(on: date) -> QuerySet[Seat]:
    """The seats, with those who hold them."""
    return (
        Seat.objects.in_office(on)
        .select_related("partner", "holder")
        .prefetch_related("alternates")
    )


def approving(minutes: Minutes, person: Person) -> Meeting | None:
    """The later meeting, sitting now under this person, that may approve minutes by a vote."""
    if committee_rules().minutes_approval != MinutesApproval.VOTE:
        return None
    for meeting in Meeting.objects.filter(status=MeetingStatus.OPEN):
        if leading.chairs(person, meeting) and permissions.approve_minutes.allows(minutes, meeting):
            return meeting
    return None
