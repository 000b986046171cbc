"""What a deliberation becomes: a decision, by a ballot or by the chair, told to all concerned."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.addresses import basin_reverse
from alize.common.database import hold
from alize.common.errors import ActionDenied, InvalidInput
from alize.documents import pdf
from alize.documents.operations import draft_words
from alize.notifications.operations import Recipient, send_mail
from alize.outbox.operations import enqueue
from basins import tenancy
from committees import documents, permissions
from committees.enums import (
    APPROVALS,
    BALLOT_TRANSITIONS,
    FAVOURABLE,
    WITHOUT_BALLOT,
    BallotStatus,
    DecisionOutcome,
)
from committees.models import AgendaItem, Ballot, Condition, Decision, Proposal
from committees.operations.ballots import check_leading
from committees.operations.base import locked_ballot, locked_item, locked_meeting
from committees.operations.meetings import end_meeting
from committees.queries import leading, seals, seats
from committees.queries.ballots import (
    is_awaited,
    label_of,
    last_ballot,
    standing_rejection,
    suspension_of,
)
from committees.queries.decisions import reopened
from committees.queries.polls import outcome_of
from committees.queries.rules import committee_rules
from projects import operations as project_operations
from projects.queries.company import company_facts
from projects.rules import trigram


@dataclass(frozen=True, kw_only=True)
class Particulars:
    """What an outcome says beside its name; each asks for its own (voting.md 5.3, Outcome)."""

    reason: str = ""
    redirection: str = ""
    pieces_awaited: str = ""
    target_meeting_id: int | None = None
    expert: str = ""
    expert_due_on: date | None = None


@transaction.atomic
def proclaim(
    *,
    ballot_id: int,
    reason: str = "",
    particulars: Particulars | None = None,
    defer: bool = False,
    set_aside: bool = False,
    by: Person,
    at: datetime,
) -> Decision | None:
    """Proclaim a result and tell it; proclaimed twice, the first decision holds.

    Without a quorum nothing is decided: the file may be voted again, or goes to the next meeting.
    `defer` adjourns instead of using the casting vote (C8). `set_aside` leaves a proposal that was
    rejected for another on the same file: two amounts are two ballots (voting.md 5.3, Outcome).
    Proclaimed again without it, such a rejection is the decision after all.

    :raises ActionDenied: the caller does not preside, the ballot is not closed, the meeting is
        suspended, what it set aside was not rejected in session, or another proposal is being voted
        on.
    :raises InvalidInput: a file refused or adjourned needs a reason.
    """
    meeting = locked_meeting(Ballot.objects.get(pk=ballot_id).item.meeting_id)
    ballot = locked_ballot(ballot_id)
    project_operations.held([ballot.item.project_id])
    check_leading(by, ballot.item, in_person=defer or set_aside, at=at)
    told = ballot.status == BallotStatus.PROCLAIMED
    if told and (set_aside or not is_awaited(ballot)):
        return Decision.objects.filter(ballot=ballot).first()
    permissions.proclaim(ballot, last=last_ballot(ballot.item))
    permissions.in_session(suspension_of(meeting))
    if set_aside:
        permissions.set_aside(ballot)
    outcome = None if set_aside else outcome_of(ballot, defer=defer and not told)
    said = particulars or Particulars(reason=reason.strip())
    if outcome is not None and outcome not in FAVOURABLE:
        _check(outcome, said)
    if not told:
        _tell_result(ballot, outcome, by=by, at=at)
    decision = None
    if outcome is not None:
        decision = _decide(ballot.item, outcome, said, ballot=ballot, by=by, at=at)
    if ballot.closes_at is not None:
        # A written consultation is about one file: whoever leads its vote ends it, and whoever
        # presides over the file is its chair.
        meeting.chair = (
            leading.presiding_seat(ballot.item, on=timezone.localdate(at)) or meeting.chair
        )
        end_meeting(meeting, by=by, at=at)
    return decision


def _tell_result(
    ballot: Ballot, outcome: DecisionOutcome | None, *, by: Person, at: datetime
) -> None:
    BALLOT_TRANSITIONS.guard(ballot.status, BallotStatus.PROCLAIMED)
    result, ballot.status = ballot.result or {}, BallotStatus.PROCLAIMED
    ballot.proclaimed_at, ballot.proclaimed_by_id = at, by.pk
    ballot.save()
    audit.record(
        "ballot.proclaimed", target=ballot, by=by, at=at, outcome=outcome or result["outcome"]
    )


def letter_before(
    *, ballot_id: int, particulars: Particulars | None = None, defer: bool, by: Person, at: datetime
) -> bytes:
    """The letter that proclaiming would send, as a PDF marked « PROJET »; nothing is kept.

    What proclaiming writes is written, read, then undone: no letter can differ from its preview.
    It is laid out afterwards, when nothing is locked any more.

    :raises ActionDenied: as `proclaim`, or nothing is decided.
    :raises InvalidInput: as `proclaim`.
    """
    with transaction.atomic():
        decision = proclaim(ballot_id=ballot_id, particulars=particulars, defer=defer, by=by, at=at)
        if decision is None:
            raise ActionDenied("Rien n'est décidé : aucune lettre ne part.")
        words = draft_words(
            reference=decision.reference,
            title=documents.letter_title(decision),
            template=documents.LETTER,
            context=documents.letter_context(decision, on=timezone.localdate(at)),
            as_of=decision.decided_on,
        )
        transaction.set_rollback(True)
    return pdf.render(words)


@transaction.atomic
def record_without_ballot(
    *, item_id: int, outcome: str, particulars: Particulars, by: Person, at: datetime
) -> Decision:
    """Defer a file, ask for another diagnosis or note its withdrawal, without a vote.

    The chair does in session; the operator may note a withdrawal until the meeting ends.

    :raises ActionDenied: the caller may not, a ballot is under way, the meeting is suspended, the
        file is decided, or a rejection was set aside.
    :raises InvalidInput: the outcome needs a vote, or something it must say is missing.
    """
    wanted = DecisionOutcome(outcome)
    if wanted not in WITHOUT_BALLOT:
        raise InvalidInput("Cette décision demande un vote du comité.")
    locked_meeting(AgendaItem.objects.get(pk=item_id).meeting_id)
    item = locked_item(item_id)
    check_without_ballot(item, wanted, by=by, at=at)
    _check(wanted, particulars)
    return _decide(item, wanted, particulars, ballot=None, by=by, at=at)


def check_without_ballot(
    item: AgendaItem, wanted: DecisionOutcome, *, by: Person, at: datetime
) -> None:
    """Refuse whoever may not end a passage so without a vote, and any passage that may not.

    :raises ActionDenied: as `record_without_ballot`.
    """
    permissions.end_in(wanted, rules=committee_rules(), item=item)
    check_ending(item, wanted, by=by, at=at)
    notes_withdrawal = _notes_withdrawal(item, wanted, by=by)
    if not notes_withdrawal:
        permissions.in_the_chair(leading.presiding_seat(item, on=timezone.localdate(at)))
        permissions.in_session(suspension_of(item.meeting))
    permissions.record_without_ballot(item, last=last_ballot(item), in_session=not notes_withdrawal)
    permissions.pass_over(standing_rejection(item), wanted)


def check_ending(item: AgendaItem, wanted: DecisionOutcome, *, by: Person, at: datetime) -> None:
    """Refuse whoever may not end a passage so without a vote, whatever its state.

    :raises ActionDenied: the caller neither presides nor notes a withdrawal as the secretary.
    """
    if not _notes_withdrawal(item, wanted, by=by):
        check_leading(by, item, at=at)


def _notes_withdrawal(item: AgendaItem, wanted: DecisionOutcome, *, by: Person) -> bool:
    return wanted == DecisionOutcome.WITHDRAWN and leading.is_secretary(
        by, seats.day_of(item.meeting)
    )


def _check(outcome: DecisionOutcome, said: Particulars) -> None:
    """Every outcome but an approval gives its reason, and names what it waits for."""
    if not said.reason:
        raise InvalidInput("Donnez le motif : il figurera dans la lettre.", field="reason")
    if outcome == DecisionOutcome.EXTRA_DIAGNOSIS:
        if not said.expert:
            raise InvalidInput("Désignez l'expert.", field="expert")
        if said.expert_due_on is None:
            raise InvalidInput("Dites pour quand.", field="expert_due_on")


def _decide(
    item: AgendaItem,
    outcome: DecisionOutcome,
    said: Particulars,
    *,
    ballot: Ballot | None,
    by: Person,
    at: datetime,
) -> Decision:
    proposal = ballot.proposal if ballot is not None and outcome in FAVOURABLE else None
    decision = _written(item, outcome, said, proposal, ballot=ballot, by=by, at=at)
    if proposal:
        _set_conditions(decision, proposal)
    if not item.matter:
        project_operations.apply_decision(
            project_id=item.project_id,
            outcome=outcome,
            on=decision.decided_on,
            by=by,
            at=at,
            follow_up_partner_id=proposal.follow_up_partner_id if proposal else None,
            follow_up_lead_id=proposal.follow_up_lead_id if proposal else None,
            reason=said.reason,
        )
    facts = {"revises": decision.revises_id} if decision.revises_id else {}
    audit.record(
        "decision.taken",
        target=decision,
        by=by,
        at=at,
        outcome=str(outcome),
        seal=seals.of_decision(decision),
        **facts,
    )
    _tell(decision)
    enqueue("figures.changed", key=f"decision:{decision.pk}:{at.isoformat()}")
    return decision


def _written(
    item: AgendaItem,
    outcome: DecisionOutcome,
    said: Particulars,
    proposal: Proposal | None,
    *,
    ballot: Ballot | None,
    by: Person,
    at: datetime,
) -> Decision:
    """The decision: what its proposal grants, and what its outcome says of its own."""
    day = timezone.localdate(at)
    skills = list(proposal.skills.all()) if proposal else []
    settles = outcome not in SETTLING_NOTHING and not item.matter
    return Decision.objects.create(
        reference=_next_reference(day.year),
        project=item.project,
        item=item,
        ballot=ballot,
        company=company_facts(item.project.beneficiary),
        outcome=outcome,
        label=_own_name(outcome, ballot),
        decided_on=day,
        amount=proposal.amount if proposal else 0,
        days=sum((line.days for line in skills), start=Decimal()),
        reason=said.reason,
        redirection=said.redirection if outcome == DecisionOutcome.REJECTED else "",
        pieces_awaited=said.pieces_awaited if outcome == DecisionOutcome.DEFERRED else "",
        target_meeting_id=said.target_meeting_id if outcome == DecisionOutcome.DEFERRED else None,
        expert=said.expert if outcome == DecisionOutcome.EXTRA_DIAGNOSIS else "",
        expert_due_on=said.expert_due_on if outcome == DecisionOutcome.EXTRA_DIAGNOSIS else None,
        revises=reopened(item.project_id) if settles else None,
        recorded_by_id=None if ballot else by.pk,
        notified_at=at,
        notified_by_id=by.pk,
    )


def _set_conditions(decision: Decision, proposal: Proposal) -> None:
    """What was proposed on condition is granted on condition."""
    Condition.objects.bulk_create(
        Condition(
            decision=decision,
            kind=line.kind,
            text=line.text,
            owner=line.owner,
            proof_expected=line.proof_expected,
            due_on=line.due_on,
        )
        for line in proposal.conditions.order_by("pk")
    )


def _own_name(outcome: DecisionOutcome, ballot: Ballot | None) -> str:
    """How the committee names an outcome, when not as the programme does."""
    label = label_of(ballot, outcome) if ballot else committee_rules().label_of(outcome)
    return "" if label == outcome.label else label


SETTLING_NOTHING = frozenset({DecisionOutcome.DEFERRED, DecisionOutcome.EXTRA_DIAGNOSIS})
"""What settles nothing yet: an earlier decision under new deliberation is not replaced by it."""


def _next_reference(year: int) -> str:
    """« 2026-SAV-D012 »: the twelfth decision of the year, under the letters of the basin."""
    hold("decision")
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
