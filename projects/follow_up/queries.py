"""The companies that are followed and their reviews, read once for the whole grid."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from alize.accounts.models import Person
from projects.enums import SUPPORTED, JobNature, Situation, Usefulness
from projects.follow_up.permissions import FOLLOWED
from projects.follow_up.rules import ASKED_DAYS_BEFORE, GRACE_DAYS, PointState, point_state
from projects.models import FollowUpReview, JobForecast, OwnerOpinion, Project
from projects.panels import Instalment, days_lent_on, next_instalments

_NUMBER = DecimalField(max_digits=7, decimal_places=1)


@dataclass(frozen=True)
class Followed:
    """Une ligne de la grille : a company, its reviews by month, its last word."""

    project: Project
    points: dict[int, PointState]
    reviews: dict[int, FollowUpReview]
    last: FollowUpReview | None
    jobs_planned: Decimal
    jobs_seen: Decimal | None
    days_contracted: Decimal
    days_done: Decimal | None
    instalment: Instalment | None
    """What the company owes next of its advances."""


def followed() -> QuerySet[Project]:
    """Every project that was labelled, with its jobs planned."""
    planned = (
        JobForecast.objects.filter(project=OuterRef("pk"), nature=JobNature.CREATED)
        .order_by()
        .values("project")
        .annotate(total=Sum("fte"))
        .values("total")
    )
    return (
        Project.objects.filter(labelled_on__isnull=False)
        .select_related("beneficiary", "follow_up_lead", "follow_up_partner")
        .annotate(
            jobs_planned=Coalesce(Subquery(planned), Decimal(0), output_field=_NUMBER),
        )
    )


def running() -> QuerySet[Project]:
    """The projects under support."""
    return followed().filter(status__in=SUPPORTED)


def grid(projects: QuerySet[Project], *, on: date) -> list[Followed]:
    """The lines of the grid, in a constant number of queries."""
    found = list(projects.prefetch_related("reviews"))
    contracted = days_lent_on(on)
    owed = next_instalments([project.pk for project in found], on)
    return [
        _line(project, contracted.get(project.pk, Decimal(0)), owed.get(project.pk), on=on)
        for project in found
    ]


def _line(
    project: Project, days_contracted: Decimal, instalment: Instalment | None, *, on: date
) -> Followed:
    reviews = {review.month: review for review in project.reviews.all()}
    known = sorted(
        (
            (review.submitted_at, review)
            for review in reviews.values()
            if review.submitted_at is not None
        ),
        key=lambda pair: pair[0],
    )
    last = known[-1][1] if known else None
    days = [review.days_done for _, review in known if review.days_done is not None]
    return Followed(
        project=project,
        points={month: _state(review, project=project, on=on) for month, review in reviews.items()},
        reviews=reviews,
        last=last,
        jobs_planned=project.jobs_planned,  # type: ignore[attr-defined]  # annotated
        jobs_seen=last.jobs_created if last else None,
        days_contracted=days_contracted,
        days_done=days[-1] if days else None,
        instalment=instalment,
    )


def _state(review: FollowUpReview, *, project: Project, on: date) -> PointState:
    return point_state(
        due_on=review.due_on,
        returned=review.submitted_at is not None,
        runs=project.status in SUPPORTED,
        observed=project.status in FOLLOWED,
        on=on,
    )


def state_of(review: FollowUpReview, *, on: date) -> PointState:
    """Where one review stands."""
    return _state(review, project=review.project, on=on)


def in_state(state: PointState, *, on: date) -> Q:
    """Condition on projects: one of their reviews is due or late, as the grid shows it."""
    grace = timedelta(days=GRACE_DAYS)
    waiting = FollowUpReview.objects.filter(project=OuterRef("pk"), submitted_at=None)
    if state == PointState.LATE:
        return Q(Exists(waiting.filter(due_on__lt=on - grace)), status__in=SUPPORTED)
    last = on + timedelta(days=ASKED_DAYS_BEFORE)
    due = waiting.filter(due_on__lte=last, due_on__gte=on - grace)
    return Q(Exists(due), status__in=FOLLOWED)


def _waiting() -> QuerySet[FollowUpReview]:
    return FollowUpReview.objects.filter(submitted_at=None).select_related(
        "project__beneficiary", "project__follow_up_lead"
    )


def late(*, on: date) -> QuerySet[FollowUpReview]:
    """Reviews of running projects more than fifteen days late, the oldest first."""
    return (
        _waiting()
        .filter(project__status__in=SUPPORTED, due_on__lt=on - timedelta(days=GRACE_DAYS))
        .order_by("due_on", "pk")
    )


def to_remind(*, on: date) -> QuerySet[FollowUpReview]:
    """Reviews whose day has come and that somebody can be reminded of, the oldest first."""
    return (
        _waiting()
        .filter(
            project__status__in=SUPPORTED, project__follow_up_lead__isnull=False, due_on__lte=on
        )
        .order_by("due_on", "pk")
    )


def expected_of(person: Person, *, on: date) -> QuerySet[FollowUpReview]:
    """The reviews a follow-up lead can give now, the oldest first."""
    return (
        _waiting()
        .filter(
            project__follow_up_lead=person.pk,
            project__status__in=FOLLOWED,
            due_on__lte=on + timedelta(days=ASKED_DAYS_BEFORE),
        )
        .order_by("due_on", "pk")
    )


def _latest() -> QuerySet[FollowUpReview]:
    """The last review given of each project under support."""
    newest = (
        FollowUpReview.objects.filter(project=OuterRef("project"), submitted_at__isnull=False)
        .order_by("-submitted_at")
        .values("pk")[:1]
    )
    return FollowUpReview.objects.filter(
        pk=Subquery(newest), project__status__in=SUPPORTED
    ).select_related("project__beneficiary", "project__follow_up_lead")


def difficult() -> QuerySet[FollowUpReview]:
    """The companies whose last review says « Difficile », until somebody deals with it."""
    return _latest().filter(situation=Situation.DIFFICULT, handled_at=None)


def is_replaced(review: FollowUpReview) -> bool:
    """Whether another review of the project was given since, and says how the company does."""
    if review.submitted_at is None:
        return False
    others = FollowUpReview.objects.filter(project=review.project_id)
    return others.filter(submitted_at__gt=review.submitted_at).exists()


def help_asked() -> QuerySet[FollowUpReview]:
    """The reviews given that ask for a new intervention (R36)."""
    return FollowUpReview.objects.filter(needs_help=True, submitted_at__isnull=False)


def help_wanted() -> QuerySet[FollowUpReview]:
    """Those that have no answer yet, whatever was said of the company since, the oldest first."""
    return (
        help_asked()
        .filter(help_answered_at=None)
        .select_related("project__beneficiary", "project__follow_up_lead")
        .order_by("submitted_at", "pk")
    )


def last_before(review: FollowUpReview) -> FollowUpReview | None:
    """The last answer of a project: what the next one starts from."""
    return (
        FollowUpReview.objects.filter(project=review.project_id, submitted_at__isnull=False)
        .exclude(pk=review.pk)
        .order_by("-submitted_at")
        .first()
    )


def leads() -> QuerySet[Person]:
    """Everybody who follows a company, by name."""
    known = Project.objects.filter(labelled_on__isnull=False).values("follow_up_lead")
    return Person.objects.filter(pk__in=known).order_by("last_name", "first_name")


@dataclass(frozen=True)
class Satisfaction:
    """What the owners who answered think of the support (kpis.md K26)."""

    useful: int
    answered: int

    @property
    def percent(self) -> int:
        """The share of « utile », rounded down."""
        return self.useful * 100 // self.answered if self.answered else 0


def satisfaction(projects: QuerySet[Project]) -> Satisfaction:
    """How many owners of these projects answered, at M+6 and M+18, and find the support useful."""
    given = OwnerOpinion.objects.filter(project__in=projects.values("pk"))
    counted = given.aggregate(
        useful=Count("pk", filter=Q(usefulness=Usefulness.USEFUL)),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
    )
    return Satisfaction(**counted)
