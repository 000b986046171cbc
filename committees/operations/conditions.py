"""The conditions of a decision: lifted with their proof, reminded when late, lapsed in the end."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.dates import long_date
from alize.common.errors import InvalidInput
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins.enums import Role
from basins.queries import reachable
from committees import permissions
from committees.enums import ConditionKind, DecisionOutcome
from committees.models import Condition, Decision
from committees.queries import decisions, seals
from projects import operations as project_operations
from projects.enums import ProjectStatus
from projects.operations.telling import tell
from projects.queries.visibility import not_withdrawn, told


@transaction.atomic
def lift_condition(*, condition_id: int, proof: str, by: Person, at: datetime) -> Condition:
    """Lift a condition with its proof; the presidency is told, the last one frees the project.

    :raises ActionDenied: it is lifted already, its decision no longer stands, or the rules name
        somebody else.
    :raises InvalidInput: no proof is given.
    """
    found = Condition.objects.get(pk=condition_id)
    decision = _locked_decision(found.decision_id)
    condition = (
        Condition.objects.select_for_update(of=("self",))
        .select_related("decision__project__beneficiary")
        .get(pk=condition_id)
    )
    today = timezone.localdate(at)
    permissions.lift_condition(by, condition, lifters=decisions.lifters(on=today))
    if not proof.strip():
        raise InvalidInput("Indiquez le justificatif qui lève la condition.", field="proof")
    condition.proof = proof.strip()
    condition.lifted_at, condition.lifted_by_id = at, by.pk
    condition.save(update_fields=["proof", "lifted_at", "lifted_by"])
    left = decision.conditions.filter(kind=ConditionKind.SUSPENSIVE, lifted_at=None).exists()
    conditional = decision.outcome == DecisionOutcome.APPROVED_CONDITIONS
    if conditional and not left and (decision.project.status == ProjectStatus.APPROVED_CONDITIONS):
        project_operations.lift_conditions(project_id=decision.project_id, on=today, by=by, at=at)
    for person in not_withdrawn(reachable(Role.PRESIDENT, on=today), decision.project_id, on=today):
        send_mail(
            "M33",
            to=Recipient.of(person),
            path=basin_reverse("decision_detail", reference=decision.reference),
            key=str(condition.pk),
            company=decision.project.beneficiary.name,
        )
    audit.record(
        "condition.lifted",
        target=condition,
        by=by,
        at=at,
        decision=decision.pk,
        seal=seals.of_lifting(condition),
    )
    return condition


def _locked_decision(decision_id: int) -> Decision:
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary")
        .get(pk=decision_id)
    )


@transaction.atomic
def remind_late_conditions(*, at: datetime) -> int:
    """Remind the operator, once for each, of the conditions not lifted at their date."""
    today = timezone.localdate(at)
    late = decisions.open_conditions().filter(due_on__lt=today)
    for condition in late.select_related("decision__project__beneficiary"):
        decision = condition.decision
        asked = tell(
            "M51",
            decision.project,
            path=basin_reverse("decision_detail", reference=decision.reference),
            key=f"{condition.pk}:{condition.due_on.isoformat()}",
            on=today,
            date=long_date(condition.due_on),
        )
        if asked:
            audit.record("condition.reminded", target=condition, at=at, decision=decision.pk)
    return len(late)


@transaction.atomic
def remind_late_experts(*, at: datetime) -> int:
    """Remind the operator, once for each, of the advice that an expert has not given in time."""
    today = timezone.localdate(at)
    late = decisions.experts_awaited().filter(expert_due_on__lt=today)
    for decision in late:
        due_on = decision.expert_due_on or today
        asked = tell(
            "M53",
            decision.project,
            path=basin_reverse("decision_detail", reference=decision.reference),
            key=f"{decision.pk}:{due_on.isoformat()}",
            on=today,
            expert=decision.expert,
            date=long_date(due_on),
        )
        if asked:
            audit.record("decision.expert_reminded", target=decision, at=at)
    return len(late)


@transaction.atomic
def lapse_approvals(*, at: datetime) -> list[Decision]:
    """End the approvals whose suspensive conditions were not lifted in time; run again, nothing.

    The file is ready for the committee again; the operator and the presidency are told.
    """
    today = timezone.localdate(at)
    lapsed = []
    found = decisions.conditional_approvals()
    late = sorted(one.pk for one in found if decisions.lapses_on(one) <= today)
    held = [_locked_decision(pk) for pk in late]
    files = project_operations.held(decision.project_id for decision in held)
    for decision in held:
        if decision.lapsed_at is not None or decisions.lapses_on(decision) > today:
            continue
        if files[decision.project_id].status != ProjectStatus.APPROVED_CONDITIONS:
            continue
        decision.lapsed_at = at
        decision.save(update_fields=["lapsed_at"])
        project_operations.back_to_committee(
            project_id=decision.project_id, because="LAPSED", by=None, at=at
        )
        _tell_of_lapse(decision, on=today)
        enqueue("figures.changed", key=f"lapse:{decision.pk}:{at.isoformat()}")
        audit.record("decision.lapsed", target=decision, by=None, at=at)
        lapsed.append(decision)
    return lapsed


def _tell_of_lapse(decision: Decision, *, on: date) -> None:
    people = [*told(decision.project, on=on), *reachable(Role.PRESIDENT, on=on)]
    for person in not_withdrawn(people, decision.project_id, on=on):
        send_mail(
            "M52",
            to=Recipient.of(person),
            path=basin_reverse("decision_detail", reference=decision.reference),
            key=str(decision.pk),
            company=decision.project.beneficiary.name,
            reference=decision.reference,
        )
