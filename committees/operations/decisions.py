"""What a closed ballot becomes: a decision, told to those it concerns."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.errors import InvalidInput
from alize.common.http import basin_reverse
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import tenancy
from committees import permissions
from committees.enums import (
    APPROVALS,
    BALLOT_TRANSITIONS,
    BallotStatus,
    DecisionOutcome,
)
from committees.models import Ballot, Condition, Decision
from committees.operations.ballots import check_presiding
from committees.operations.base import locked_ballot, one_at_a_time
from committees.queries.polls import outcome_of
from committees.rules import Outcome
from projects import operations as project_operations
from projects.rules import trigram


@transaction.atomic
def proclaim(
    *, ballot_id: int, reason: str = "", defer: bool = False, by: Person, at: datetime
) -> Decision | None:
    """Proclaim a result and tell it; proclaimed twice, the first decision holds.

    Without a quorum nothing is decided: the file may be voted again, or goes to the next meeting.
    `defer` adjourns instead of using the casting vote (C8).

    :raises ActionDenied: the caller does not preside, or the ballot is not closed.
    :raises InvalidInput: a file refused or adjourned needs a reason.
    """
    ballot = locked_ballot(ballot_id)
    check_presiding(by, ballot.item)
    if ballot.status == BallotStatus.PROCLAIMED:
        return Decision.objects.filter(ballot=ballot).first()
    permissions.proclaim(ballot)
    outcome = outcome_of(ballot, defer=defer)
    if outcome is not None and outcome not in APPROVALS and not reason.strip():
        raise InvalidInput("Donnez le motif : il figurera dans la lettre.", field="reason")
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.PROCLAIMED)
    ballot.status = BallotStatus.PROCLAIMED
    ballot.proclaimed_at, ballot.proclaimed_by_id = at, by.pk
    ballot.save()
    audit.record(
        "ballot.proclaimed", target=ballot, by=by, at=at, outcome=outcome or Outcome.NO_QUORUM
    )
    if outcome is None:
        return None
    decision = _decide(ballot, outcome, reason=reason.strip(), by=by, at=at)
    _tell(decision)
    enqueue("figures.changed", key=f"decision:{decision.pk}:{at.isoformat()}")
    return decision


def _decide(
    ballot: Ballot, outcome: DecisionOutcome, *, reason: str, by: Person, at: datetime
) -> Decision:
    proposal, project = ballot.proposal, ballot.item.project
    approved = outcome in APPROVALS
    skills = list(proposal.skills.all())
    day = timezone.localdate(at)
    decision = Decision.objects.create(
        reference=_next_reference(day.year),
        project=project,
        item=ballot.item,
        ballot=ballot,
        outcome=outcome,
        decided_on=day,
        amount=proposal.amount if approved else 0,
        days=sum((line.days for line in skills), start=0) if approved else 0,
        reason=reason,
        notified_at=at,
        notified_by_id=by.pk,
    )
    if approved:
        Condition.objects.bulk_create(
            Condition(decision=decision, kind=line.kind, text=line.text, due_on=line.due_on)
            for line in proposal.conditions.order_by("pk")
        )
    project_operations.apply_decision(
        project_id=project.pk,
        outcome=outcome,
        on=day,
        by=by,
        at=at,
        follow_up_partner_id=proposal.follow_up_partner_id if approved else None,
        follow_up_lead_id=proposal.follow_up_lead_id if approved else None,
    )
    audit.record("decision.taken", target=decision, by=by, at=at, outcome=str(outcome))
    return decision


def _next_reference(year: int) -> str:
    """« 2026-SAV-D012 »: the twelfth decision of the year, under the letters of the basin."""
    one_at_a_time("decision")
    prefix = f"{year}-{trigram(tenancy.current().name)}-D"
    last = Decision.objects.filter(reference__startswith=prefix).order_by("-reference").first()
    number = 1 if last is None else int(last.reference.removeprefix(prefix)) + 1
    return f"{prefix}{number:03d}"


def _tell(decision: Decision) -> None:
    """Prepare the letter, which leaves with the mail to the company; warn the follow-up lead."""
    enqueue("committees.issue_letter", key=str(decision.pk), decision_id=decision.pk)
    lead = decision.proposal.follow_up_lead if decision.outcome in APPROVALS else None
    if lead is not None:
        send_mail(
            "M15",
            to=Recipient.of(lead),
            path=basin_reverse("project_detail", reference=decision.project.reference),
            key=decision.project.reference,
            company=decision.project.beneficiary.name,
        )
