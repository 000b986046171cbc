"""What the pages of the meetings show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404

from alize.accounts.models import Person
from alize.common.dates import clock_time
from alize.common.screen import Badge
from basins.enums import Role
from basins.homes import Visitor
from committees import wording
from committees.enums import (
    APPROVALS,
    BallotStatus,
    DecisionOutcome,
    InterestAnswer,
    MeetingStatus,
)
from committees.models import (
    AgendaItem,
    Attendance,
    Ballot,
    Decision,
    InterestDeclaration,
    Meeting,
    Seat,
)
from committees.queries import seats
from committees.rules import BallotFacts, Tally, tally
from projects.enums import JobNature, ProjectStatus
from projects.models import JobForecast, Project
from projects.queries.visibility import visible_to

REFERENCE = (6, 10)
"""Meetings a year (repère R65)."""

MEETING_TONES = {
    MeetingStatus.PLANNED: Badge("En préparation", "neutral", "pencil"),
    MeetingStatus.CONVENED: Badge("Convoquée", "info", "send"),
    MeetingStatus.OPEN: Badge("En cours", "attention", "broadcast"),
    MeetingStatus.HELD: Badge("Tenue", "done"),
    MeetingStatus.CANCELLED: Badge("Annulée", "quiet"),
}
OUTCOME_TONES = {
    DecisionOutcome.APPROVED: "done",
    DecisionOutcome.APPROVED_CONDITIONS: "done",
    DecisionOutcome.REJECTED: "late",
}
ANSWER_BADGES = {
    InterestAnswer.NONE: Badge("Aucun lien déclaré", "quiet", "check2"),
    InterestAnswer.LINK: Badge("Lien déclaré", "info", "link-45deg"),
    InterestAnswer.RECUSED: Badge("Vous vous êtes déporté", "attention", "slash-circle"),
}


def meeting_numbered(number: str) -> Meeting:
    """The meeting « 2026-05 ».

    :raises Http404: there is none.
    """
    year, _, rank = number.partition("-")
    if not (year.isdecimal() and rank.isdecimal() and len(year) == 4 and len(rank) < 4):
        raise Http404
    meeting = (
        Meeting.objects.filter(year=int(year), rank=int(rank))
        .select_related("chair__partner", "chair__holder", "convened_by")
        .first()
    )
    if meeting is None or meeting.number != number:
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


def years_with_meetings() -> list[int]:
    return list(Meeting.objects.order_by("-year").values_list("year", flat=True).distinct())


def meetings_of(year: int) -> list[MeetingRow]:
    """The meetings of a year, the next or the latest first, with their files counted."""
    items = AgendaItem.objects.filter(meeting=OuterRef("pk")).order_by()
    approvals = Decision.objects.filter(
        ballot__item__meeting=OuterRef("pk"), outcome__in=APPROVALS
    ).order_by()
    meetings = Meeting.objects.filter(year=year).annotate(
        item_count=_count(items, "meeting"),
        approved_count=_count(approvals, "ballot__item__meeting"),
    )
    return [
        MeetingRow(
            meeting=row,
            number=row.number,
            held_on=seats.day_of(row),
            status=MEETING_TONES[MeetingStatus(row.status)],
            items=row.item_count,
            approved=row.approved_count,
        )
        for row in meetings.order_by("-held_at")
    ]


def _count(rows: QuerySet, by: str) -> Coalesce:
    return Coalesce(Subquery(rows.values(by).annotate(n=Count("pk")).values("n")), 0)


def held_in(year: int) -> int:
    """How many meetings were held in a year (K01)."""
    return Meeting.objects.filter(year=year, status=MeetingStatus.HELD).count()


def seats_in_office(on: date) -> QuerySet[Seat]:
    """The seats, with those who hold them."""
    return (
        Seat.objects.in_office(on)
        .select_related("partner", "holder")
        .prefetch_related("alternates")
    )


@dataclass(frozen=True)
class AgendaRow:
    """One file on an agenda, as one person may see it."""

    item: AgendaItem
    company: str
    reference: str
    ask: str
    jobs: str
    status: Badge
    answer: Badge | None
    is_readable: bool
    is_asked: bool
    has_proposal: bool
    ballot: Ballot | None
    decision: Decision | None

    @property
    def is_open(self) -> bool:
        """Whether a vote is open on it now."""
        return self.ballot is not None and self.ballot.status == BallotStatus.OPEN


def agenda_of(meeting: Meeting, visitor: Visitor, *, seat: Seat | None) -> list[AgendaRow]:
    """The agenda; a file that a person may not read keeps only its rank, or its company's name."""
    jobs = (
        JobForecast.objects.filter(project=OuterRef("project"), nature=JobNature.CREATED)
        .order_by()
        .values("project")
        .annotate(total=Sum("fte"))
        .values("total")
    )
    ballots = Ballot.objects.order_by("number").select_related("decision")
    items = (
        meeting.items.select_related("project__beneficiary", "project__operator")
        .prefetch_related(Prefetch("ballots", ballots), "proposals__ballot")
        .annotate(jobs=Subquery(jobs))
        .order_by("rank")
    )
    readable = set(
        visible_to(visitor).filter(agenda_items__meeting=meeting).values_list("pk", flat=True)
    )
    answers = _answers(meeting, seat)
    in_committee = bool(visitor.roles & {Role.PRESIDENT, Role.MEMBER, Role.OPERATOR})
    rows = []
    for item in items:
        item.meeting = meeting
        is_readable = item.project_id in readable
        named = is_readable or in_committee
        held = list(item.ballots.all())
        last = held[-1] if held else None
        decision = getattr(last, "decision", None)
        answer = answers.get(item.pk)
        rows.append(
            AgendaRow(
                item=item,
                company=item.project.beneficiary.name if named else "Dossier à examiner",
                reference=item.project.reference if named else "",
                ask=wording.ask(item.project.amount_asked, item.project.days_asked)
                if is_readable
                else "",
                jobs=_jobs(item.jobs) if is_readable else "",
                status=_status(last, decision),
                answer=ANSWER_BADGES[InterestAnswer(answer)] if answer else None,
                is_readable=is_readable,
                is_asked=seat is not None and answer is None and decision is None,
                has_proposal=any(not hasattr(one, "ballot") for one in item.proposals.all()),
                ballot=last if is_readable else None,
                decision=decision if is_readable else None,
            )
        )
    return rows


def _answers(meeting: Meeting, seat: Seat | None) -> dict[int, str]:
    """The last answer of a seat on each file of a meeting."""
    if seat is None:
        return {}
    given = seat_declarations(meeting, seat)
    return {row.item_id: row.answer for row in given}


def seat_declarations(meeting: Meeting, seat: Seat) -> QuerySet:
    return (
        InterestDeclaration.objects.filter(item__meeting=meeting, seat=seat)
        .order_by("item_id", "-pk")
        .distinct("item_id")
    )


def _jobs(total: Decimal | None) -> str:
    if not total:
        return ""
    return f"{wording.quantity(total)} emploi{'s' if total > 1 else ''}"


def _status(last: Ballot | None, decision: Decision | None) -> Badge:
    if decision is not None:
        tone = OUTCOME_TONES.get(DecisionOutcome(decision.outcome), "attention")
        return Badge(decision.get_outcome_display(), tone)
    match last.status if last else None:
        case BallotStatus.OPEN:
            return Badge("Vote ouvert", "attention", "broadcast")
        case BallotStatus.CLOSED:
            return Badge("Vote clos", "info", "lock")
        case BallotStatus.PROCLAIMED:
            return Badge("Quorum non atteint", "attention")
        case _:
            return Badge("À examiner", "neutral")


def quorum_now(meeting: Meeting, item: AgendaItem | None = None) -> Tally:
    """The quorum as people sit now, for one file or for the meeting as a whole."""
    present = {str(row.seat_id) for row in seats.seated(meeting)}
    recused = {str(pk) for pk in seats.recused_seats(item)} if item else set()
    return tally(
        BallotFacts(
            seats=frozenset(str(pk) for pk in seats.voting_seats(seats.day_of(meeting))),
            chair=str(meeting.chair_id or ""),
            present=frozenset(present),
            recused=frozenset(recused),
        ),
        seats.voting_rules(),
    )


def quorum_sentence(counted: Tally) -> str:
    """« Quorum atteint : 8 sièges présents sur 11 »."""
    present = wording.counted(counted.quorum_have, "siège présent", "sièges présents")
    reached = "Quorum atteint" if counted.quorum_reached else "Quorum non atteint"
    return f"{reached}\u00a0: {present} sur {counted.quorum_base}"


@dataclass(frozen=True)
class Waiting:
    """A file that is not ready for the committee, and what it lacks."""

    project: Project
    missing: str


MISSING = {
    ProjectStatus.DRAFTING: "le diagnostic reste à demander",
    ProjectStatus.DIAGNOSIS: "le diagnostic est attendu ou reste à valider",
    ProjectStatus.DEFERRED: "ajourné : reprenez-le quand les pièces sont là",
    ProjectStatus.EXTRA_DIAGNOSIS: "le diagnostic complémentaire est attendu",
}


def ready_projects() -> QuerySet[Project]:
    """The files that may be put on an agenda, the longest ready first."""
    return (
        Project.objects.filter(status=ProjectStatus.READY)
        .select_related("beneficiary")
        .order_by("status_since", "reference")
    )


def not_ready() -> Sequence[Waiting]:
    """The others on their way, with what they lack."""
    projects = Project.objects.filter(status__in=MISSING).select_related("beneficiary")
    return [
        Waiting(project, MISSING[ProjectStatus(project.status)])
        for project in projects.order_by("-status_since", "reference")
    ]


@dataclass(frozen=True)
class SeatRow:
    """One seat on the attendance page."""

    seat: Seat
    people: list[Person]
    attendance: Attendance | None
    state: Badge
    hours: str


def attendance_rows(meeting: Meeting) -> list[SeatRow]:
    """Every seat in office with who sits for it, or sat last."""
    last = {}
    for row in meeting.attendances.select_related("person").order_by("arrived_at", "pk"):
        last[row.seat_id] = row
    rows = []
    for seat in seats_in_office(seats.day_of(meeting)):
        there = last.get(seat.pk)
        if there is None:
            state, hours = Badge("Pas arrivé", "quiet"), ""
        elif there.left_at and meeting.status == MeetingStatus.OPEN:
            state = Badge("Parti", "quiet", "box-arrow-right")
            hours = f"de {clock_time(there.arrived_at)} à {clock_time(there.left_at)}"
        else:
            word = "À distance" if there.is_remote else "En présence"
            state = Badge(word, "done")
            hours = f"depuis {clock_time(there.arrived_at)}"
        rows.append(SeatRow(seat, [seat.holder, *seat.alternates.all()], there, state, hours))
    return rows
