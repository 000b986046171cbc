"""The letter of a decision, for the company."""

from datetime import date
from typing import Any

from alize.common.dates import long_date, short_date
from committees import wording
from committees.documents.ballots import rectification_words
from committees.enums import APPROVALS, DecisionOutcome
from committees.models import Decision
from committees.queries import presidency, seats
from projects.queries.visibility import contact_for

ABOUT_AN_ADVANCE = {
    DecisionOutcome.ACCEPTED: "acceptée",
    DecisionOutcome.DECLINED: "refusée",
    DecisionOutcome.DEFERRED: "ajournée",
}
LETTER = "pdf/decision_letter.html"


def letter_title(decision: Decision) -> str:
    return f"Décision sur {decision.project.beneficiary.name}"


def letter_context(decision: Decision, *, on: date) -> dict[str, Any]:
    """Everything the letter of a decision prints on a day."""
    ballot, project, meeting = decision.ballot, decision.project, decision.item.meeting
    approved = decision.outcome in APPROVALS
    proposal = decision.proposal if approved else None
    rectified = rectification_words(decision)
    name, capacity = _signatory(decision)
    return {
        "project": project,
        "meeting": meeting,
        "company": project.beneficiary,
        "owner": project.owner_name,
        "decision": decision,
        "is_approved": approved,
        "matter": decision.item.get_matter_display(),
        "outcome": DecisionOutcome(decision.outcome).name,
        "verdict": _verdict(decision),
        "result": ballot.result_sentence if ballot else "",
        "day": decision.decided_on,
        "terms": _terms(decision, rectified=bool(rectified)),
        "conditions": [
            (
                condition.get_kind_display(),
                condition.text,
                condition.proof_expected,
                short_date(condition.due_on),
            )
            for condition in decision.conditions.order_by("pk")
        ],
        "rectifications": rectified,
        "revises": decision.revises,
        "pieces": [line for line in decision.pieces_awaited.splitlines() if line.strip()],
        "target": long_date(seats.day_of(decision.target_meeting))
        if decision.target_meeting
        else "",
        "lead": proposal.follow_up_lead if proposal else None,
        "lead_partner": proposal.follow_up_partner if proposal else None,
        "signatory": name,
        "capacity": capacity,
        "contact": contact_for(project, on=on),
    }


def _terms(decision: Decision, *, rectified: bool) -> list[str]:
    """What was put to the vote; what was approved as it stands, an error put right since."""
    if decision.ballot is None:
        return []
    text = decision.ballot.proposal_text
    if rectified and decision.outcome in APPROVALS:
        text = wording.proposal_text(decision.proposal, amount=decision.amount)
    return wording.without_conditions(text)


def _signatory(decision: Decision) -> tuple[str, str]:
    """Who signs: whoever presided over this file; the operator, for what nobody presided over."""
    meeting, found = decision.item.meeting, presidency.over_decision(decision)
    if found is None:
        return str(decision.recorded_by or decision.notified_by), "opérateur local"
    person, seat = found
    led = "" if meeting.is_written or seat.pk == meeting.chair_id else " pour ce dossier"
    return str(person), f"{seat.partner}, présidence de la {meeting.noun}{led}"


def _verdict(decision: Decision) -> str:
    """« Votre projet est agréé »; a committee's own name for it stands as it is."""
    name = decision.get_outcome_display()
    if decision.item.matter:
        words = ABOUT_AN_ADVANCE[DecisionOutcome(decision.outcome)]
        return f"La demande est {words}."
    if decision.label:
        return f"Décision du comité\u00a0: {wording.inside(name)}."
    return f"Votre projet est {name.lower()}."
