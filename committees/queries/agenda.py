"""The files of an agenda as one person may see them, and those that could join it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery, Sum

from alize.common.addresses import basin_reverse
from alize.common.money import format_number
from alize.common.screen import Badge
from basins.enums import Role
from basins.homes import Visitor
from committees import wording
from committees.enums import (
    BallotStatus,
    InterestAnswer,
)
from committees.models import (
    AgendaItem,
    Ballot,
    Decision,
    Meeting,
    Seat,
)
from committees.permissions.phases import BEFORE_IT_ENDS
from committees.queries import recusals
from committees.queries.answers import read_items
from committees.queries.badges import ANSWER_BADGES, HIDDEN, TO_EXAMINE, item_badge
from committees.queries.ballots import suspended_by
from committees.queries.items import Reading, readings_of
from committees.rules import Outcome
from projects.enums import JobNature, ProjectStatus
from projects.models import JobForecast, Project
from projects.queries.visibility import reads_whole, visible_to


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
    is_whole: bool
    is_asked: bool
    is_read: bool
    reading: Reading | None
    """None when the person does not read it."""
    missing: list[str]
    """What is left to prepare on it, for the secretary."""
    has_proposal: bool
    comes_back: bool
    """Whether taking it off can be undone: what can't asks first."""
    is_suspended: bool
    """Whether its open vote waits for the meeting to resume."""
    ballot: Ballot | None
    decision: Decision | None

    @property
    def is_open(self) -> bool:
        """Whether a vote is open on it now."""
        return self.ballot is not None and self.ballot.status == BallotStatus.OPEN


def comes_back(item: AgendaItem) -> bool:
    """Whether a file taken off can be put back as it was: nothing is worded on it."""
    return not (item.matter or item.meeting.second_of_id is not None or item.proposals.all())


def agenda_of(meeting: Meeting, visitor: Visitor, *, seat: Seat | None) -> list[AgendaRow]:
    """The agenda; a file that a person may not read keeps only its rank, or its company's name."""
    ballots = Ballot.objects.order_by("number").select_related("decision")
    items = (
        meeting.items.select_related("project__beneficiary")
        .prefetch_related(Prefetch("ballots", ballots), "proposals__ballot", "decisions")
        .annotate(jobs=_jobs_created())
        .order_by("rank")
    )
    readable = set(
        visible_to(visitor).filter(agenda_items__meeting=meeting).values_list("pk", flat=True)
    )
    answers = {} if seat is None else recusals.answers_of(seat, items)
    read = read_items(meeting, visitor.person)
    whole = reads_whole(visitor)
    readings = readings_of([item.project for item in items]) if whole else {}
    in_committee = bool(visitor.roles & {Role.PRESIDENT, Role.MEMBER, Role.OPERATOR})
    is_coming = meeting.status in BEFORE_IT_ENDS
    rows = []
    for item in items:
        item.meeting = meeting
        is_readable = item.project_id in readable
        named = is_readable or in_committee
        held = list(item.ballots.all())
        last = held[-1] if held else None
        decision = item.decision
        suspended = last is not None and suspended_by(last) is not None
        answer = answers.get(item.pk)
        rows.append(
            AgendaRow(
                item=item,
                company=item.project.beneficiary.name if named else "Dossier à examiner",
                reference=item.project.reference if is_readable else "",
                ask=_ask(item) if is_readable and whole else "",
                jobs=_jobs(item.jobs) if is_readable and whole and not item.matter else "",
                status=item_badge(item, last, at=visitor.at)
                if is_readable
                else (HIDDEN if in_committee else TO_EXAMINE),
                answer=ANSWER_BADGES[InterestAnswer(answer.answer)] if answer else None,
                is_readable=is_readable,
                is_whole=is_readable and whole,
                is_asked=is_coming and seat is not None and answer is None and decision is None,
                is_read=item.pk in read,
                reading=readings.get(item.project_id) if is_readable else None,
                missing=_missing(item) if is_coming and decision is None else [],
                has_proposal=any(not hasattr(one, "ballot") for one in item.proposals.all()),
                comes_back=comes_back(item),
                is_suspended=suspended and is_readable,
                ballot=last if is_readable else None,
                decision=decision if is_readable else None,
            )
        )
    return rows


def _jobs_created() -> Subquery:
    """The jobs that the project of a passage plans to create."""
    return Subquery(
        JobForecast.objects.filter(project=OuterRef("project"), nature=JobNature.CREATED)
        .order_by()
        .values("project")
        .annotate(total=Sum("fte"))
        .values("total")
    )


def _ask(item: AgendaItem) -> str:
    """What the company asks for, or what is asked about the advance it has."""
    if item.matter:
        return str(item.get_matter_display())
    return wording.ask(item.project.amount_asked, item.project.days_asked)


def _missing(item: AgendaItem) -> list[str]:
    drafts = [one for one in item.proposals.all() if not hasattr(one, "ballot")]
    if not drafts:
        return ["proposition à rédiger"]
    return [] if item.matter or drafts[-1].follow_up_lead_id else ["mandataire à proposer"]


@dataclass(frozen=True)
class Budget:
    """The time of the files against the hours of the meeting."""

    planned: int
    available: int

    @property
    def over(self) -> int:
        return max(0, self.planned - self.available)

    @property
    def left(self) -> int:
        return max(0, self.available - self.planned)


def budget_of(meeting: Meeting, rows: Sequence[AgendaRow]) -> Budget:
    """How long the files take, and how long the meeting lasts."""
    return Budget(sum(row.item.minutes_planned for row in rows), meeting.minutes_planned)


def _jobs(total: Decimal | None) -> str:
    if not total:
        return ""
    return f"{format_number(total)} emploi{'s' if total > 1 else ''}"


@dataclass(frozen=True)
class Waiting:
    """A file that is not ready for the committee, what it lacks, and where that is done."""

    project: Project
    missing: str
    url: str


MISSING = {
    ProjectStatus.DRAFTING: "le diagnostic reste à demander",
    ProjectStatus.DIAGNOSIS: "le diagnostic est attendu ou reste à valider",
    ProjectStatus.DEFERRED: "ajourné : reprenez-le quand les pièces sont là",
    ProjectStatus.EXTRA_DIAGNOSIS: "le diagnostic complémentaire est attendu",
}

WHERE = {
    ProjectStatus.DRAFTING: "diagnosis_request",
    ProjectStatus.DIAGNOSIS: "project_diagnosis",
}


def ready_projects() -> QuerySet[Project]:
    """The files that may be put on an agenda, the longest ready first."""
    return (
        Project.objects.filter(status=ProjectStatus.READY)
        .select_related("beneficiary")
        .order_by("status_since", "reference")
    )


def undecided(meeting: Meeting) -> QuerySet[AgendaItem]:
    """What a meeting leaves without a decision, in the order of its agenda."""
    waits = Q(project__status=ProjectStatus.SCHEDULED) | ~Q(matter="")
    return meeting.items.filter(waits, decisions=None).order_by("rank")


def left_rejected(meeting: Meeting) -> list[str]:
    """The companies on whose file a rejection was set aside, and nothing decided since."""
    rejected = Ballot.objects.filter(
        item__in=meeting.items.filter(decisions=None),
        status=BallotStatus.PROCLAIMED,
        result__outcome=Outcome.REJECTED,
    )
    company = "item__project__beneficiary__name"
    return list(dict.fromkeys(rejected.order_by("item__rank").values_list(company, flat=True)))


def project_of(item: AgendaItem) -> QuerySet[Project]:
    """The file of a passage, to be joined to those that are ready."""
    return Project.objects.filter(pk=item.project_id).select_related("beneficiary")


def not_ready() -> Sequence[Waiting]:
    """The others on their way, with what they lack."""
    projects = Project.objects.filter(status__in=MISSING).select_related("beneficiary")
    return [
        Waiting(
            project,
            MISSING[ProjectStatus(project.status)],
            basin_reverse(
                WHERE.get(ProjectStatus(project.status), "project_detail"),
                reference=project.reference,
            ),
        )
        for project in projects.order_by("-status_since", "reference")
    ]
