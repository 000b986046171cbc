"""The screens of a meeting under way: the agenda and its hours, the file in hand, who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from alize.common.dates import clock_time
from alize.common.screen import Badge
from committees import wording
from committees.enums import BallotStatus, MeetingMode
from committees.models import AgendaItem, Attendance, Ballot, Meeting, Seat
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import ballots, presences, recusals, seats
from committees.queries.agenda import AgendaRow
from committees.queries.secrecy import Ruling, ruling_on
from committees.rules import Tally

UNDER_WAY = frozenset({BallotStatus.OPEN, BallotStatus.CLOSED})


@dataclass(frozen=True)
class AgendaLine:
    """One file of the agenda with the hour at which it was planned."""

    row: AgendaRow
    hour: str
    is_current: bool


def current_row(rows: Sequence[AgendaRow], asked: str = "") -> AgendaRow | None:
    """The file in hand: the one voted on, else the one chosen, else the next to examine.

    It may be one that the reader withdrew from, and does not read.
    """
    voted = [
        row for row in rows if any(ballot.status in UNDER_WAY for ballot in row.item.ballots.all())
    ]
    chosen = [row for row in rows if str(row.item.pk) == asked and row.is_readable]
    left = [row for row in rows if row.item.decision is None]
    return next(iter([*voted, *chosen, *left]), None)


def is_voting(rows: Sequence[AgendaRow]) -> bool:
    """Whether a ballot is open, or closed and not proclaimed yet, on any file of the agenda."""
    return any(b.status in UNDER_WAY for row in rows for b in row.item.ballots.all())


def timed(
    meeting: Meeting, rows: Sequence[AgendaRow], current: AgendaRow | None
) -> list[AgendaLine]:
    """The agenda, each file at its hour: the opening, then the time planned for those before."""
    start, lines = meeting.opened_at or meeting.held_at, []
    for row in rows:
        lines.append(AgendaLine(row, clock_time(start), row is current))
        start += timedelta(minutes=row.item.minutes_planned)
    return lines


def pace_of(
    meeting: Meeting, rows: Sequence[AgendaRow], current: AgendaRow | None, *, at: datetime
) -> str:
    """How the meeting stands against the time planned for its files (O4)."""
    if meeting.opened_at is None:
        return ""
    elapsed = (at - meeting.opened_at) // timedelta(minutes=1)
    passed = list(takewhile(lambda row: row is not current, rows)) if current else rows
    begun = sum(row.item.minutes_planned for row in passed)
    allowed = begun + (current.item.minutes_planned if current else 0)
    words = f"Ouverte depuis {wording.duration(elapsed)}"
    if elapsed > allowed:
        return f"{words}, {wording.duration(elapsed - allowed)} de retard"
    if elapsed < begun:
        return f"{words}, {wording.duration(begun - elapsed)} d'avance"
    return f"{words}, dans les temps"


@dataclass(frozen=True)
class Room:
    """Who is there, who speaks for whom, who stands back from the file in hand."""

    there: list[Attendance]
    proxies: list[tuple[Seat, Seat]]
    recused: list[Seat]
    secrecy: Ruling | None
    tally: Tally
    quorum: str

    @property
    def voters(self) -> int:
        """The seats that would vote now, present or represented: nobody has voted yet."""
        return self.tally.not_voted

    @property
    def badge(self) -> Badge:
        """The quorum of this moment."""
        if self.tally.quorum_reached:
            return Badge("Quorum atteint", "done")
        return Badge("Échange sans décision", "attention", "chat-dots")


def room_of(meeting: Meeting, item: AgendaItem | None, ballot: Ballot | None = None) -> Room:
    """The room, for one file or before any; by the rules of its ballot while it is open."""
    counted = presences.quorum_now(meeting, item)
    is_open = ballot is not None and ballot.status == BallotStatus.OPEN
    speaking = ballots.proxies_that_count(item, ballot if is_open else None) if item else {}
    recused = recusals.recused_seats(item) if item else frozenset()
    concerned = {*speaking, *speaking.values(), *recused}
    known = Seat.objects.select_related("partner", "holder").in_bulk(concerned)
    return Room(
        there=list(seats.seated(meeting).order_by("seat__partner")),
        proxies=[(known[giver], known[holder]) for giver, holder in speaking.items()],
        recused=sorted((known[pk] for pk in recused), key=str),
        secrecy=ruling_on(item) if item else None,
        tally=counted,
        quorum=presences.quorum_sentence(counted),
    )


def last_result(meeting: Meeting) -> Ballot | None:
    """The latest ballot whose result is known, to show between two votes."""
    known = Ballot.objects.filter(
        item__meeting=meeting, status__in=[BallotStatus.CLOSED, BallotStatus.PROCLAIMED]
    )
    latest = known.select_related("item__project__beneficiary").order_by("-closed_at", "-pk")
    return latest.first()


def next_meetings(meeting: Meeting) -> list[Meeting]:
    """Where the files that remain may go: no consultation, no second convocation."""
    later = Meeting.objects.filter(status__in=BEFORE_IT_OPENS, second_of=None)
    later = later.exclude(pk=meeting.pk).exclude(mode=MeetingMode.WRITTEN)
    return list(later.order_by("held_at"))
