"""The lists of the evaluation report: what stands behind its figures."""

from collections import Counter
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from committees.enums import APPROVALS, BallotStatus
from committees.models import Decision, Meeting
from conventions.queries.contracted import contracted_on
from partners.enums import PartnerKind
from partners.models import Partner
from projects.enums import JobNature, Situation
from projects.models import FollowUpReview
from projects.rules import plain
from steering.enums import SteeringStatus
from steering.models import SteeringMeeting
from steering.rules.facts import Period

SEVERAL = {
    PartnerKind.COMPANY: "Entreprises partenaires",
    PartnerKind.ASSOCIATE: "Partenaires associés",
    PartnerKind.AUTHORITY: "Collectivités",
}
"""The kinds of partners whose name has a plural."""


def meetings(period: Period, *, as_of: date) -> list[dict[str, Any]]:
    """The meetings that K1 counts, with their attendance and the projects that K3 counts."""
    held = (
        Meeting.objects.held()
        .filter(
            held_at__date__gte=period.first,
            held_at__date__lte=period.last,
            items__ballots__status__in=[BallotStatus.CLOSED, BallotStatus.PROCLAIMED],
            items__ballots__closed_at__date__lte=as_of,
        )
        .annotate(
            present=Count("attendances__seat", distinct=True),
            examined=Count("items__project", filter=Q(items__matter=""), distinct=True),
        )
        .order_by("held_at")
    )
    return [
        {
            "number": meeting.number,
            "on": timezone.localdate(meeting.held_at).isoformat(),
            "place": meeting.place,
            "present": meeting.present,
            "examined": meeting.examined,
        }
        for meeting in held
    ]


def decisions(period: Period, *, as_of: date) -> list[dict[str, Any]]:
    """The decisions on projects that stand, what was granted, how far the project is."""
    made = (
        Decision.objects.standing(as_of)
        .filter(decided_on__gte=period.first, decided_on__lte=period.last, item__matter="")
        .select_related("project__beneficiary")
        .annotate(
            planned=Sum(
                "project__job_forecasts__fte",
                filter=Q(project__job_forecasts__nature=JobNature.CREATED),
            )
        )
        .order_by("decided_on", "reference")
    )
    return [
        {
            "project": decision.project_id,
            "reference": decision.project.reference,
            "company": decision.project.beneficiary.name,
            "town": decision.project.beneficiary.town,
            "need": decision.project.need,
            "on": decision.decided_on.isoformat(),
            "outcome": decision.get_outcome_display(),
            "approved": decision.outcome in APPROVALS,
            "amount": decision.amount,
            "days": int(decision.days * 10),
            "jobs_planned": int((decision.planned or 0) * 10),
            "status": decision.project.get_status_display(),
            "reason": decision.reason,
        }
        for decision in made
    ]


def refusals(made: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """The decisions that did not approve, by outcome, the most frequent first."""
    counted = Counter(decision["outcome"] for decision in made if not decision["approved"])
    return counted.most_common()


def skills(period: Period, *, as_of: date) -> list[dict[str, Any]]:
    """Days contracted by partner and subject, for what was decided in the period (K31)."""
    lent: Counter[tuple[str, str]] = Counter()
    for one in contracted_on(as_of):
        if one.decided_on in period:
            for line in one.lent:
                lent[line.organisation, line.topic] += int(line.days * 10)
    lines = sorted(lent.items(), key=lambda line: (plain(line[0][0]), line[0][1]))
    return [{"partner": name, "topic": topic, "days": days} for (name, topic), days in lines]


def partners(as_of: date) -> list[dict[str, Any]]:
    """The active partners by kind, in the order of the kinds."""
    names: dict[PartnerKind, list[str]] = {kind: [] for kind in PartnerKind}
    for kind, name in Partner.objects.active_on(as_of).values_list("kind", "name"):
        names[PartnerKind(kind)].append(name)
    return [
        {"kind": SEVERAL.get(kind, str(kind.label)), "names": own}
        for kind, own in names.items()
        if own
    ]


def worries(period: Period) -> list[dict[str, Any]]:
    """The companies that their follow-up lead does not find well, by their last word."""
    given = (
        FollowUpReview.objects.filter(
            submitted_at__date__gte=period.first, submitted_at__date__lte=period.last
        )
        .select_related("project__beneficiary")
        .order_by("project_id", "-submitted_at")
        .distinct("project_id")
    )
    return [
        {
            "company": review.project.beneficiary.name,
            "reference": review.project.reference,
            "month": review.month,
            "situation": review.get_situation_display(),
            "word": review.comment,
        }
        for review in given
        if review.situation != Situation.GOOD
    ]


def steering_meetings(as_of: date) -> list[dict[str, Any]]:
    """The steering committees held, the latest first."""
    return [
        {
            "number": meeting.number,
            "on": meeting.held_on.isoformat(),
            "place": meeting.place,
            "chaired_by": meeting.chaired_by,
            "orientations": meeting.orientations,
        }
        for meeting in SteeringMeeting.objects.filter(held_on__lte=as_of).exclude(
            status=SteeringStatus.CONVENED
        )
    ]
