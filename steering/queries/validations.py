"""What a steering committee is shown of the decisions, and what it said of them (R25, P2, P3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from basins.enums import Role
from basins.homes import Visitor
from committees.models import Decision
from projects.models import Project
from projects.queries.visibility import EVERYTHING, visible_to
from steering.enums import NOT_EXAMINED, SteeringStatus, Verdict
from steering.models import SteeringMeeting, Validation


def presented_to(meeting: SteeringMeeting, *, on: date) -> QuerySet[Decision]:
    """The decisions made until a committee that count on a day, and that no other has examined.

    What came before a committee held without the tool is taken as examined there.
    """
    shown = (
        Decision.objects.standing(min(on, meeting.held_on))
        .filter(decided_on__lte=meeting.held_on)
        .exclude(pk__in=Validation.objects.exclude(meeting=meeting).values("decision"))
        .select_related("project__beneficiary")
        .order_by("decided_on", "reference")
    )
    without = SteeringMeeting.objects.exclude(status=SteeringStatus.CONVENED).filter(
        closed_at=None, held_on__lt=meeting.held_on
    )
    last = without.order_by("-held_on").first()
    return shown.filter(decided_on__gt=last.held_on) if last else shown


def presented_for(visitor: Visitor, meeting: SteeringMeeting) -> QuerySet[Decision]:
    """Those on the files that a person may read (SD5)."""
    return presented_to(meeting, on=visitor.on).filter(project__in=_told_to(visitor))


def _told_to(visitor: Visitor) -> QuerySet[Project]:
    """The local committee is told of every decision, wherever its file stands (voting.md 5.3)."""
    if Role.PREFECTURE in visitor.roles:
        visitor = replace(visitor, roles=EVERYTHING)
    return visible_to(visitor)


def said_by(meeting: SteeringMeeting) -> QuerySet[Validation]:
    """What a committee said of each decision that it examined, in the order they were made."""
    return meeting.validations.select_related("decision__project__beneficiary").order_by(
        "decision__decided_on", "decision__reference"
    )


def said_for(visitor: Visitor, meeting: SteeringMeeting) -> QuerySet[Validation]:
    """The same, on the files that a person may read (SD5)."""
    return said_by(meeting).filter(decision__project__in=_told_to(visitor))


def names_of(decision_id: int) -> tuple[str, str]:
    """How a page names what is said of a decision: its verdict, its remark."""
    return f"verdict_{decision_id}", f"remark_{decision_id}"


def as_typed(meeting: SteeringMeeting, decisions: Iterable[Decision]) -> dict[str, str]:
    """What is said of decisions, by those names: all are proposed as validated at first."""
    proposed = Verdict.VALIDATED if meeting.status == SteeringStatus.CONVENED else NOT_EXAMINED
    said = {one.decision_id: (one.verdict, one.remark) for one in meeting.validations.all()}
    return {
        name: value
        for decision in decisions
        for name, value in zip(
            names_of(decision.pk), said.get(decision.pk, (proposed, "")), strict=True
        )
    }
