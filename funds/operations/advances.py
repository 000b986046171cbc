"""The promise of an advance: granted by a decision, contracted by its convention."""

from datetime import date, datetime

from django.db import transaction

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.outbox.operations import enqueue
from committees.models import Decision
from funds import permissions, queries
from funds.enums import AdvanceStatus
from funds.models import Advance
from funds.operations.ledger import lock_advance
from funds.operations.preconditions import open_checklist
from projects.enums import ProjectStatus


@transaction.atomic
def grant_advance(*, decision_id: int, by: Person, at: datetime) -> Advance:
    """Open the advance that a decision gives, with the terms put to the vote; once.

    Until its convention it follows its decision, which may be rectified meanwhile (voting.md 5.3).

    :raises ActionDenied: the decision gives no money.
    """
    decision = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("project__beneficiary", "ballot__proposal")
        .get(pk=decision_id)
    )
    known = Advance.objects.select_for_update(of=("self",)).filter(decision=decision).first()
    if known is not None and known.status != AdvanceStatus.GRANTED:
        return known
    permissions.grant_advance(decision)
    terms = _terms(decision)
    if known is not None and all(getattr(known, name) == now for name, now in terms.items()):
        return known
    advance = known or Advance(
        reference=_next_reference(decision),
        project=decision.project,
        company=decision.project.beneficiary.name,
        decision=decision,
        granted_on=decision.decided_on,
    )
    for name, now in terms.items():
        setattr(advance, name, now)
    advance.save()
    audit.record("advance.granted", target=advance, by=by, at=at, amount=advance.granted_amount)
    return advance


def _terms(decision: Decision) -> dict[str, int]:
    proposal, unit = decision.proposal, queries.fund_settings().rounding_unit
    return {
        "granted_amount": decision.amount,
        "lines": proposal.lines,
        "step_months": proposal.step_months,
        "grace_months": proposal.grace_months,
        # An instalment smaller than the rounding of the basin is rounded to the cent.
        "rounding_unit": unit if decision.amount >= proposal.lines * unit else 1,
    }


def _next_reference(decision: Decision) -> str:
    """« AV-2026-SAV-014 », then « AV-2026-SAV-014-2 » for a second advance of the project."""
    rank = Advance.objects.filter(project=decision.project).count() + 1
    return f"AV-{decision.project.reference}" + (f"-{rank}" if rank > 1 else "")


@transaction.atomic
def contract_advance(*, advance_id: int, on: date, by: Person, at: datetime) -> Advance:
    """Open the payment of an advance, its convention being signed; called by conventions only.

    :raises ActionDenied: it is not waiting for its convention, or a condition is not lifted.
    """
    advance = lock_advance(advance_id)
    permissions.contract_advance(advance)
    advance.status, advance.contracted_on = AdvanceStatus.CONTRACTED, on
    terms = queries.aid_terms(queries.fund_settings())
    advance.aid_basis, advance.aid_rate = terms.basis, terms.rate
    advance.save(update_fields=["status", "contracted_on", "aid_basis", "aid_rate"])
    open_checklist(advance)
    enqueue("figures.changed", key=f"advance:{advance.pk}:{at.isoformat()}")
    audit.record("advance.contracted", target=advance, by=by, at=at, on=on.isoformat())
    return advance


@transaction.atomic
def cancel_grants(*, project_id: int, on: date, at: datetime) -> None:
    """Cancel the advances of a file whose approval fell before its convention; again, nothing.

    Its decision lapsed, was replaced or is to be taken anew, or the company gave up (2.4).
    """
    waiting = (
        Advance.objects.select_for_update(of=("self",))
        .select_related("decision__revised_by", "project")
        .filter(project=project_id, status=AdvanceStatus.GRANTED)
        .order_by("pk")
    )
    for advance in waiting:
        decision = advance.decision
        is_open = decision.stands and decision.reopened_at is None
        if is_open and advance.project.status != ProjectStatus.WITHDRAWN:
            continue
        advance.status, advance.cancelled_on = AdvanceStatus.CANCELLED, on
        advance.save(update_fields=["status", "cancelled_on"])
        enqueue("figures.changed", key=f"advance:{advance.pk}:{at.isoformat()}")
        audit.record("advance.cancelled", target=advance, by=None, at=at)
