"""What the page of a decision shows, and the conditions still to lift."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from alize.common.dates import long_date, short_date
from alize.common.http import basin_reverse
from alize.common.money import format_euros
from alize.common.screen import Action, Badge, Definition, ObjectHeader
from committees import wording
from committees.enums import APPROVALS, ConditionKind
from committees.models import Condition, Decision
from committees.queries.agenda import outcome_badge


def decision_header(decision: Decision, *, lifts: bool) -> ObjectHeader:
    """The head of a decision."""
    left = open_conditions().filter(decision=decision).order_by("due_on").first()
    now, action = "", None
    if left is not None:
        now = f"Une condition est à lever avant le {long_date(left.due_on)}."
        if lifts:
            url = basin_reverse("condition_lift", condition_id=left.pk)
            action = Action("Lever la condition", url, "check2-square")
    elif decision.outcome in APPROVALS:
        now = "La convention peut être préparée."
    return ObjectHeader(
        name=f"Décision sur {decision.project.beneficiary}",
        reference=decision.reference,
        status=outcome_badge(decision),
        now=now,
        action=action,
        others=(
            Action(
                "Le dossier",
                basin_reverse("project_detail", reference=decision.project.reference),
                "folder2-open",
            ),
        ),
    )


def facts_of(decision: Decision) -> list[Definition]:
    """The date, what is granted, who follows, why."""
    facts = [Definition("Proclamée le", long_date(decision.decided_on))]
    if decision.outcome in APPROVALS:
        lead = decision.proposal.follow_up_lead
        facts += [
            Definition(
                "Avance accordée", format_euros(decision.amount) if decision.amount else "Aucune"
            ),
            Definition(
                "Jours accordés", wording.quantity(decision.days) if decision.days else "Aucun"
            ),
            Definition("Mandataire du suivi", str(lead) if lead else ""),
        ]
    if decision.reason:
        facts.append(Definition("Motif", decision.reason))
    return facts


@dataclass(frozen=True)
class ConditionRow:
    """One condition with its state on a day."""

    condition: Condition
    state: Badge
    is_open: bool


def conditions_of(decision: Decision, *, on: date) -> list[ConditionRow]:
    """Every condition of a decision, the open ones first."""
    rows = [
        ConditionRow(condition, _state(condition, on), condition.lifted_at is None)
        for condition in decision.conditions.select_related("lifted_by").order_by("due_on", "pk")
    ]
    return sorted(rows, key=lambda row: not row.is_open)


def _state(condition: Condition, on: date) -> Badge:
    if condition.lifted_at:
        return Badge(f"Levée le {short_date(timezone.localdate(condition.lifted_at))}", "done")
    if condition.due_on < on:
        return Badge("En retard", "late")
    return Badge("À lever", "attention")


def open_conditions() -> QuerySet[Condition]:
    """The suspensive conditions not lifted yet: they block signature and payment."""
    return Condition.objects.filter(
        kind=ConditionKind.SUSPENSIVE, lifted_at=None, decision__outcome__in=APPROVALS
    )
