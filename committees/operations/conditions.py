"""The conditions of a decision, lifted one by one with their proof."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.http import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from committees import permissions
from committees.enums import ConditionKind, DecisionOutcome
from committees.models import Condition
from committees.queries import seats
from projects import operations as project_operations
from projects.enums import ProjectStatus


@transaction.atomic
def lift_condition(*, condition_id: int, proof: str, by: Person, at: datetime) -> Condition:
    """Lift a condition with its proof; the presidency is told, the last one frees the project.

    :raises ActionDenied: it is lifted already.
    :raises InvalidInput: no proof is given.
    """
    condition = (
        Condition.objects.select_for_update(of=("self",))
        .select_related("decision__project__beneficiary")
        .get(pk=condition_id)
    )
    permissions.lift_condition(condition)
    if not proof.strip():
        raise InvalidInput("Indiquez le justificatif qui lève la condition.", field="proof")
    condition.proof = proof.strip()
    condition.lifted_at, condition.lifted_by_id = at, by.pk
    condition.save()
    decision = condition.decision
    left = decision.conditions.filter(kind=ConditionKind.SUSPENSIVE, lifted_at=None).exists()
    conditional = decision.outcome == DecisionOutcome.APPROVED_CONDITIONS
    if conditional and not left and (decision.project.status == ProjectStatus.APPROVED_CONDITIONS):
        project_operations.lift_conditions(
            project_id=decision.project_id, on=timezone.localdate(at), by=by, at=at
        )
    for person in seats.presidents(timezone.localdate(at)):
        send_mail(
            "M33",
            to=Recipient.of(person),
            path=basin_reverse("decision_detail", reference=decision.reference),
            key=str(condition.pk),
            company=decision.project.beneficiary.name,
        )
    audit.record("condition.lifted", target=condition, by=by, at=at, decision=decision.pk)
    return condition
