"""Reads the records of a basin as bare facts, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain

from django.db.models import Q, Sum
from django.utils import timezone

from committees.enums import APPROVALS, BallotStatus, DecisionOutcome
from committees.models import Ballot, Decision, Meeting
from conventions.queries.contracted import days_contracted
from funds import rules as fund_rules
from funds.models import Advance
from funds.queries import Book, books_of, contributed, standings_in
from projects.enums import JobNature, ProjectStatus
from projects.models import AnnualAccounts, FollowUpReview, Project
from steering.rules.employment import cohort
from steering.rules.facts import (
    Deliberation,
    Loan,
    Observation,
    Outcome,
    Period,
    Point,
    Sitting,
    Support,
)

FINAL = APPROVALS | {DecisionOutcome.REJECTED}
BEFORE_COMMITTEE = frozenset(
    {
        ProjectStatus.CONTACT,
        ProjectStatus.DRAFTING,
        ProjectStatus.DIAGNOSIS,
        ProjectStatus.READY,
        ProjectStatus.SCHEDULED,
        ProjectStatus.EXTRA_DIAGNOSIS,
        ProjectStatus.DEFERRED,
    }
)


@dataclass(frozen=True)
class Records:
    """All that the indicators need of a basin, as it was known at the end of a day."""

    as_of: date
    sittings: list[Sitting]
    deliberations: list[Deliberation]
    outcomes: list[Outcome]
    supports: list[Support]
    running: frozenset[int]
    """Projects labelled, neither closed nor interrupted."""
    open_projects: int
    points: list[Point]
    loans: list[Loan]
    lent_on: list[tuple[date, int]]
    contributed: int
    turnovers: dict[tuple[int, int], int]

    def cohort(self, period: Period) -> list[Support]:
        """The projects first approved in a period."""
        return cohort(self.supports, period)


def read(as_of: date) -> Records:
    """Read the basin once, whatever the number of its years and projects."""
    until = _end_of(as_of)
    outcomes = _outcomes(as_of)
    reviews = list(FollowUpReview.objects.values_list(*_REVIEW).order_by("project_id", "month"))
    projects = list(_projects())
    books = _books(as_of)
    events = chain.from_iterable(book.events for book in books.values())
    deliberated, deliberations = _deliberations(until)
    return Records(
        as_of=as_of,
        sittings=_sittings(until, deliberated),
        deliberations=deliberations,
        outcomes=outcomes,
        supports=_supports(outcomes, projects, reviews, days_contracted(as_of)),
        running=frozenset(p["pk"] for p in projects if _runs(p, as_of)),
        open_projects=sum(
            p["status"] in BEFORE_COMMITTEE and p["contacted_on"] <= as_of for p in projects
        ),
        points=_points(projects, reviews),
        loans=_loans(books, as_of),
        lent_on=[
            (event.value_on, event.amount)
            for event in events
            if event.value_on <= as_of and event.kind == fund_rules.EventKind.DISBURSEMENT
        ],
        contributed=contributed(on=as_of),
        turnovers={
            (company, year): cents
            for company, year, cents in AnnualAccounts.objects.filter(
                year__lte=as_of.year
            ).values_list("beneficiary_id", "year", "turnover")
        },
    )


_REVIEW = (
    "project_id",
    "due_on",
    "submitted_at",
    "jobs_created",
    "jobs_retained",
    "days_done",
)


def _end_of(day: date) -> datetime:
    """The first instant after a day, in Paris."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def tenths(value: Decimal | None) -> int | None:
    """A number with one decimal, as tenths."""
    return None if value is None else int(value * 10)


def _deliberations(until: datetime) -> tuple[set[int], list[Deliberation]]:
    """The meetings where a ballot was closed by then, and the projects that were put to one.

    A request about an advance is a ballot of its meeting, but does not examine its project again.
    """
    rows = Ballot.objects.filter(
        status__in=[BallotStatus.CLOSED, BallotStatus.PROCLAIMED], closed_at__lt=until
    ).values_list("item__meeting_id", "item__project_id", "item__matter", "closed_at")
    known = list(rows)
    return {row[0] for row in known}, [
        Deliberation(project, _day(closed_at))
        for _, project, matter, closed_at in known
        if closed_at and not matter
    ]


def _sittings(until: datetime, deliberated: set[int]) -> list[Sitting]:
    held = Meeting.objects.held().filter(held_at__lt=until)
    return [
        Sitting(_day(moment), pk in deliberated)
        for pk, moment in held.order_by("held_at").values_list("pk", "held_at")
    ]


def _outcomes(as_of: date) -> list[Outcome]:
    rows = (
        Decision.objects.standing(as_of)
        .filter(decided_on__lte=as_of, item__matter="")
        .values_list("project_id", "project__beneficiary_id", "decided_on", "outcome", "amount")
    )
    return [
        Outcome(project, company, on, outcome in APPROVALS, outcome in FINAL, amount)
        for project, company, on, outcome, amount in rows
    ]


def _projects():
    created = Sum("job_forecasts__fte", filter=Q(job_forecasts__nature=JobNature.CREATED))
    return Project.objects.values(
        "pk", "beneficiary_id", "status", "status_since", "contacted_on", "labelled_on", "closed_on"
    ).annotate(planned=created)


def _stopped_on(project: dict) -> date | None:
    """The day the follow-up of a project ended, by its close or before."""
    if project["status"] == ProjectStatus.INTERRUPTED:
        return project["status_since"]
    return project["closed_on"]


def _runs(project: dict, as_of: date) -> bool:
    """Whether the follow-up of a project was running at the end of a day."""
    labelled, stopped = project["labelled_on"], _stopped_on(project)
    return bool(labelled and labelled <= as_of and not (stopped and stopped <= as_of))


def _points(projects: list[dict], reviews: list) -> list[Point]:
    stopped = {project["pk"]: _stopped_on(project) for project in projects}
    return [
        Point(project, due_on, submitted_at and _day(submitted_at), stopped[project])
        for project, due_on, submitted_at, *_ in reviews
    ]


def _supports(
    outcomes: list[Outcome],
    projects: list[dict],
    reviews: list,
    contracted: Mapping[int, Decimal],
) -> list[Support]:
    """One support a project approved, in the order of the approvals."""
    seen = defaultdict(list)
    for project, _, submitted_at, created, retained, days in reviews:
        if submitted_at is not None:
            seen[project].append(
                Observation(_day(submitted_at), int(created * 10), tenths(retained), tenths(days))
            )
    facts = {project["pk"]: project for project in projects}
    approved: dict[int, Outcome] = {}
    for one in sorted(outcomes, key=lambda one: one.on):
        if one.is_approval:
            approved.setdefault(one.project, one)
    return [
        Support(
            project=pk,
            company=first.company,
            approved_on=first.on,
            jobs_planned=tenths(facts[pk]["planned"]) or 0,
            days_contracted=tenths(contracted.get(pk)) or 0,
            closed_on=facts[pk]["closed_on"],
            observations=tuple(seen[pk]),
        )
        for pk, first in approved.items()
    ]


def _books(as_of: date) -> dict[int, Book]:
    """The books of the advances that had moved by the end of a day, by id."""
    books = books_of(Advance.objects.all())
    return {
        pk: book
        for pk, book in books.items()
        if any(event.value_on <= as_of for event in book.events)
    }


def _loans(books: Mapping[int, Book], as_of: date) -> list[Loan]:
    """Where they stand; late is what is due of what reached their companies (2.4)."""
    standings = standings_in(books, on=as_of)
    return [
        Loan(
            disbursed=now.disbursed,
            repaid=now.repaid,
            outstanding=now.outstanding,
            arrears=now.arrears,
            days_late=now.days_late,
            written_off=now.written_off,
            recovered=now.recovered,
        )
        for now in standings.values()
    ]
