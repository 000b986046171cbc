"""A decision put right before the minutes are signed, or taken anew afterwards (voting.md 5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from alize.common.dates import short_date
from alize.common.errors import InvalidInput
from alize.common.money import format_euros, format_number
from alize.common.words import of
from alize.outbox.operations import enqueue
from committees import permissions
from committees.enums import APPROVALS, FAVOURABLE, DecisionOutcome, MinutesStatus
from committees.models import Decision, Meeting, Minutes, ProposedSkills, Rectification
from committees.operations.base import locked_item, locked_meeting
from committees.operations.minutes import give_back
from committees.permissions.phases import BEFORE_IT_OPENS
from committees.queries import leading, seals
from partners.models import Contact
from projects import operations as project_operations


@dataclass(frozen=True, kw_only=True)
class Corrections:
    """What a decision should have said; None or absent is left as it is."""

    amount: int | None = None
    reason: str | None = None
    redirection: str | None = None
    pieces_awaited: str | None = None
    expert: str | None = None
    expert_due_on: date | None = None
    target_meeting_id: int | None = None
    """0 for any coming meeting."""
    lead: Contact | None = None
    days: Mapping[int, Decimal] = field(default_factory=dict)
    """By line of skills."""
    conditions: Mapping[int, Mapping[str, str | date]] = field(default_factory=dict)
    """By condition, what it says: `text`, `owner`, `proof_expected`, `due_on`."""


SAID = {
    "reason": "Motif",
    "redirection": "Réorientation",
    "pieces_awaited": "Pièces attendues",
    "expert": "Expert",
    "expert_due_on": "Avis attendu",
}
"""What a decision says beside its terms, and its name in the minutes and the letter."""
OF_CONDITION = {
    "text": "Texte",
    "owner": "À la charge de",
    "proof_expected": "Justificatif attendu",
    "due_on": "Avant le",
}


@dataclass(frozen=True)
class _Change:
    field: str
    before: str
    after: str


@transaction.atomic
def rectify_decision(
    *, decision_id: int, corrections: Corrections, why: str, by: Person, at: datetime
) -> Decision:
    """Put a typing error right; the old value is kept, the letter is issued again.

    Minutes that the secretary has countersigned go back to them: they sign what they have read.

    :raises ActionDenied: the caller does not preside, the minutes are signed, or a convention is
        under way.
    :raises InvalidInput: no reason is given, or nothing changes.
    """
    decision = _locked(decision_id)
    permissions.rectify(by, decision, presidents=leading.signer_ids(decision.item.meeting))
    if not why.strip():
        raise InvalidInput("Dites pourquoi vous rectifiez cette décision.", field="why")
    changes = _carry_out(decision, corrections, by=by, at=at)
    if not changes:
        raise InvalidInput("Rien ne change : corrigez au moins une donnée.")
    for change in changes:
        Rectification.objects.create(
            decision=decision,
            field=change.field,
            before=change.before,
            after=change.after,
            reason=why.strip(),
            rectified_at=at,
            rectified_by_id=by.pk,
        )
    moment = at.isoformat()
    enqueue("committees.issue_letter", key=f"{decision.pk}:{moment}", decision_id=decision.pk)
    _put_right_in_minutes(decision, by=by, at=at)
    enqueue("figures.changed", key=f"rectification:{decision.pk}:{moment}")
    audit.record(
        "decision.rectified",
        target=decision,
        by=by,
        at=at,
        fields=[change.field for change in changes],
        seal=seals.of_decision(decision),
        **({"proposal": seals.of_proposal(decision.proposal)} if decision.ballot else {}),
    )
    return decision


def _put_right_in_minutes(decision: Decision, *, by: Person, at: datetime) -> None:
    """Print again the minutes that wait for their signature, or give them back."""
    sent = Minutes.objects.filter(meeting=decision.item.meeting_id, status=MinutesStatus.SENT)
    minutes = sent.select_related("meeting", "countersigned_by").first()
    if minutes is None:
        return
    if minutes.countersigned_by is not None:
        reason = (
            f"La décision {decision.reference} a été rectifiée après votre contreseing\u00a0: "
            "relisez le procès-verbal, puis contresignez-le à nouveau."
        )
        give_back(minutes, reason, to=minutes.countersigned_by, by=by, at=at)
        return
    key = f"{minutes.pk}:{at.isoformat()}"
    enqueue("committees.issue_minutes", key=key, minutes_id=minutes.pk)


def _locked(decision_id: int) -> Decision:
    found = Decision.objects.select_related("item").get(pk=decision_id)
    locked_meeting(found.item.meeting_id)
    # Whoever writes or signs the minutes holds them, before their passages: what they print is put
    # right before they are signed, or not at all.
    Minutes.objects.select_for_update().filter(meeting=found.item.meeting_id).first()
    locked_item(found.item_id)
    return (
        Decision.objects.select_for_update(of=("self",))
        .select_related("item__meeting__chair__holder", "project__beneficiary", "ballot__proposal")
        .get(pk=decision_id)
    )


def _carry_out(
    decision: Decision, corrections: Corrections, *, by: Person, at: datetime
) -> list[_Change]:
    changes = _said(decision, corrections)
    if decision.outcome in APPROVALS:
        changes += _amount(decision, corrections)
        changes += _days(decision, corrections)
        changes += _lead(decision, corrections, by=by, at=at)
    if decision.outcome in FAVOURABLE:
        changes += _conditions(decision, corrections)
    if decision.outcome == DecisionOutcome.DEFERRED:
        changes += _target(decision, corrections)
    decision.save(update_fields=["amount", "days", "target_meeting", *SAID])
    return changes


def _said(decision: Decision, corrections: Corrections) -> list[_Change]:
    """What a decision says is put right; what it must say is never emptied."""
    needed = set() if decision.outcome in FAVOURABLE else {"reason"}
    if decision.outcome == DecisionOutcome.EXTRA_DIAGNOSIS:
        needed |= {"expert"}
    changes = []
    for name, label in SAID.items():
        before, after = getattr(decision, name), _typed(getattr(corrections, name))
        if after is None or after == before:
            continue
        if name in needed and not after:
            raise InvalidInput(f"Cette décision garde ceci : {label.lower()}.", field=name)
        setattr(decision, name, after)
        changes.append(_Change(label, _words(before), _words(after)))
    return changes


def _typed(value: str | date | None) -> str | date | None:
    return value.strip() if isinstance(value, str) else value


def _words(value: str | date | None) -> str:
    return short_date(value) if isinstance(value, date) else value or ""


def _amount(decision: Decision, corrections: Corrections) -> list[_Change]:
    amount = corrections.amount
    if amount is None or amount == decision.amount:
        return []
    if bool(amount) != bool(decision.proposal.lines):
        raise InvalidInput(
            "Accorder ou retirer toute l'avance demande une nouvelle délibération.", field="amount"
        )
    before, decision.amount = decision.amount, amount
    return [_Change("Avance accordée", format_euros(before), format_euros(amount))]


def _days(decision: Decision, corrections: Corrections) -> list[_Change]:
    changes = []
    for line in ProposedSkills.objects.filter(
        proposal=decision.proposal, pk__in=corrections.days
    ).select_related("partner"):
        days = corrections.days[line.pk]
        if days == line.days:
            continue
        words = [f"{format_number(number)} j" for number in (line.days, days)]
        changes.append(_Change(f"Jours {of(line.partner)}"[:40], *words))
        decision.days += days - line.days
        line.days = days
        line.save(update_fields=["days"])
    return changes


def _lead(
    decision: Decision, corrections: Corrections, *, by: Person, at: datetime
) -> list[_Change]:
    contact, proposal = corrections.lead, decision.proposal
    if contact is None or contact.person_id == proposal.follow_up_lead_id:
        return []
    project_operations.check_lead(contact.person_id, on=timezone.localdate(at))
    before = str(proposal.follow_up_lead or "")
    proposal.follow_up_lead_id, proposal.follow_up_partner_id = (
        contact.person_id,
        contact.partner_id,
    )
    proposal.save(update_fields=["follow_up_lead", "follow_up_partner"])
    project_operations.assign_lead(
        project_id=decision.project_id,
        lead_id=contact.person_id,
        partner_id=contact.partner_id,
        by=by,
        at=at,
    )
    return [_Change("Mandataire du suivi", before, str(contact.person))]


def _target(decision: Decision, corrections: Corrections) -> list[_Change]:
    before, wanted = decision.target_meeting, corrections.target_meeting_id
    if wanted is None or wanted == (before.pk if before else 0):
        return []
    to_come = Meeting.objects.filter(
        status__in=BEFORE_IT_OPENS, held_at__date__gt=decision.decided_on
    )
    after = to_come.filter(pk=wanted).first()
    if after is None and wanted:
        raise InvalidInput("Choisissez une séance à venir.", field="target_meeting")
    decision.target_meeting = after
    words = [meeting.number if meeting else "" for meeting in (before, after)]
    return [_Change("Séance du réexamen", *words)]


def _conditions(decision: Decision, corrections: Corrections) -> list[_Change]:
    changes = []
    for rank, condition in enumerate(decision.conditions.order_by("pk"), 1):
        if condition.lifted_at is not None:
            continue
        typed = corrections.conditions.get(condition.pk, {})
        for name, label in OF_CONDITION.items():
            before, after = getattr(condition, name), _typed(typed.get(name))
            if not after or after == before:
                continue
            if isinstance(after, date) and after < decision.decided_on:
                raise InvalidInput("Une condition est à remplir après la décision.")
            setattr(condition, name, after)
            changes.append(_Change(f"{label} (condition {rank})", _words(before), _words(after)))
        condition.save(update_fields=list(OF_CONDITION))
    return changes


@transaction.atomic
def reopen_decision(*, decision_id: int, why: str, by: Person, at: datetime) -> Decision:
    """Nouvelle délibération : the file goes back to an agenda; the decision stands meanwhile.

    The company that was told is told that the committee will deliberate again.

    :raises ActionDenied: the caller does not preside, the minutes are not signed, or the file has
        moved on.
    :raises InvalidInput: no reason is given.
    """
    decision = _locked(decision_id)
    permissions.reopen(by, decision, presidents=leading.signer_ids(decision.item.meeting))
    if not why.strip():
        raise InvalidInput("Dites pourquoi le comité délibère à nouveau.", field="why")
    decision.reopened_at, decision.reopened_by_id = at, by.pk
    decision.reopening_reason = why.strip()
    decision.save(update_fields=["reopened_at", "reopened_by", "reopening_reason"])
    project = project_operations.back_to_committee(
        project_id=decision.project_id, because="NEW_DELIBERATION", by=by, at=at
    )
    seal = seals.of_reopening(decision)
    audit.record("decision.reopened", target=decision, by=by, at=at, seal=seal)
    enqueue("committees.tell_of_reopening", key=str(decision.pk), decision_id=decision.pk)
    enqueue("figures.changed", key=f"reopening:{decision.pk}:{at.isoformat()}")
    decision.project.status = project.status
    return decision
