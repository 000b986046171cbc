"""What the page of a ballot shows to one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from alize.accounts.models import Person
from alize.common.dates import clock_time
from alize.common.errors import ActionDenied
from alize.common.screen import VOTE_CHOICES, Badge, Choice
from committees import permissions
from committees.enums import APPROVALS, BallotStatus, ConditionKind, DecisionOutcome
from committees.models import Ballot, Decision, Seat, Vote
from committees.queries import ballots, seats
from committees.queries.agenda import outcome_badge
from committees.queries.ballots import Receipt
from committees.rules import Outcome

CHOICE_LABELS = {choice.value: choice.label for choice in VOTE_CHOICES}


@dataclass(frozen=True)
class Turnout:
    """How many seats have voted, of those that may."""

    votes: int
    expected: int


def turnout(ballot: Ballot) -> Turnout:
    """Participation, never how people voted."""
    recused = seats.recused_seats(ballot.item)
    may_vote = {int(pk) for pk in ballot.rules["seats"]} - recused
    present = {row.seat_id for row in seats.seated(ballot.item.meeting)}
    voted = set(ballot.votes.values_list("seat_id", flat=True)) & may_vote
    return Turnout(len(voted), len((present | voted) & may_vote))


@dataclass(frozen=True)
class Poll:
    """One ballot for one person."""

    status: str
    badge: Badge
    turnout: Turnout
    may_vote: bool
    why_not: str
    needs_answer: bool
    my_vote: str
    my_hour: str
    receipt: Receipt | None
    result: str
    decision: Decision | None
    against: list[str]
    is_tie: bool
    may_defer: bool
    initial: dict[str, Any] = field(default_factory=dict)


def status_badge(ballot: Ballot) -> Badge:
    """The state of a ballot; once proclaimed, its outcome."""
    match BallotStatus(ballot.status):
        case BallotStatus.OPEN:
            return Badge("Vote ouvert", "attention", "broadcast")
        case BallotStatus.CLOSED:
            return Badge("Vote clos", "info", "lock")
        case BallotStatus.PROCLAIMED:
            decision = Decision.objects.filter(ballot=ballot).first()
            if decision is None:
                return Badge("Quorum non atteint", "attention")
            return outcome_badge(decision)
        case other:
            return Badge(f"Scrutin {other.label.lower()}", "quiet")


def poll_page(ballot: Ballot, person: Person, *, seat: Seat | None) -> Poll:
    """Results stay hidden until the close, for everybody (voting.md 5.3)."""
    is_closed = ballot.status in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}
    vote = _vote_of(ballot, person, seat)
    why_not = _why_not(ballot, person, seat)
    answer = seats.latest_answer(ballot.item, seat)
    result = ballot.result or {}
    return Poll(
        status=ballot.status,
        badge=status_badge(ballot),
        turnout=turnout(ballot),
        may_vote=not why_not,
        why_not=why_not,
        needs_answer=seat is not None
        and answer is None
        and ballot.status == BallotStatus.OPEN
        and permissions.sit.allows(person, seat, alternates=seats.alternates_of(seat)),
        my_vote=CHOICE_LABELS[vote.choice] if vote else "",
        my_hour=clock_time(vote.cast_at) if vote else "",
        receipt=ballots.receipt_of(vote) if vote else None,
        result=ballot.result_sentence if is_closed else "",
        decision=Decision.objects.filter(ballot=ballot).first() if is_closed else None,
        against=_reasons(ballot) if is_closed else [],
        is_tie=is_closed and result["votes_for"] == result["votes_against"] > 0,
        may_defer=ballot.status == BallotStatus.CLOSED and bool(result.get("by_casting_vote")),
        initial={
            "seat": seat.pk if seat else None,
            "choice": vote.choice if vote else "",
            "reason": vote.reason if vote else "",
        },
    )


def _vote_of(ballot: Ballot, person: Person, seat: Seat | None) -> Vote | None:
    """The vote of a seat, for the person who cast it only."""
    if seat is None:
        return None
    votes = ballot.votes.filter(seat=seat).select_related("ballot__item__meeting")
    last = votes.order_by("-version").first()
    return last if last is not None and last.person_id == person.pk else None


def _why_not(ballot: Ballot, person: Person, seat: Seat | None) -> str:
    """Why this person cannot vote now, in one sentence; empty when they can."""
    if ballot.status != BallotStatus.OPEN:
        return "Le scrutin n'est pas ouvert."
    if seat is None:
        return "Aucun siège n'est à votre nom dans cette séance."
    there = seats.seated(ballot.item.meeting).filter(seat=seat).first()
    answer = seats.latest_answer(ballot.item, seat)
    try:
        has_voted = ballot.votes.filter(seat=seat).exists()
        permissions.cast_vote(person, ballot, seat, there, has_voted=has_voted)
        permissions.vote_free_of_links(answer.answer if answer else None)
    except ActionDenied as denied:
        return denied.reason
    return ""


def _reasons(ballot: Ballot) -> list[str]:
    """The reasons of the votes against, without their names, once the vote is closed."""
    votes = ballots.counted_votes(ballot)
    return sorted(vote.reason for vote in votes if vote.choice == "AGAINST")


def choices(value: str) -> Sequence[Choice]:
    """The three answers, with the one given checked."""
    return [replace(choice, checked=choice.value == value) for choice in VOTE_CHOICES]


def outcome_of(ballot: Ballot, *, defer: bool) -> DecisionOutcome | None:
    """What proclaiming would decide; None without a quorum."""
    result = ballot.result or {}
    match Outcome(result["outcome"]):
        case Outcome.NO_QUORUM:
            return None
        case _ if defer and result["by_casting_vote"]:
            return DecisionOutcome.DEFERRED
        case Outcome.APPROVED:
            suspensive = ballot.proposal.conditions.filter(kind=ConditionKind.SUSPENSIVE).exists()
            return DecisionOutcome.APPROVED_CONDITIONS if suspensive else DecisionOutcome.APPROVED
        case other:
            return DecisionOutcome(other.value)


def proclaim_title(outcome: DecisionOutcome | None) -> str:
    if outcome is None:
        return "Constater l'absence de quorum"
    return f"Proclamer : {outcome.label.lower()}"


def proclaimed_sentence(outcome: DecisionOutcome | None) -> str:
    if outcome is None:
        return "L'absence de quorum est constatée ; le dossier peut être remis aux voix."
    return f"Décision proclamée : {outcome.label.lower()}. La lettre part à l'entreprise."


def consequences(ballot: Ballot, outcome: DecisionOutcome | None) -> tuple[list[str], list[str]]:
    """What proclaiming does, and who is told."""
    if outcome is None:
        return ["Aucune décision n'est prise sur ce dossier."], []
    project = ballot.item.project
    effects = [f"La décision « {outcome.label.lower()} » est enregistrée et numérotée."]
    conditions = ballot.proposal.conditions.count()
    if outcome in APPROVALS and conditions:
        effects.append(f"{conditions} condition{'s' if conditions > 1 else ''} à suivre.")
    effects.append("La lettre de décision est produite.")
    owner = project.owner_name or "le dirigeant"
    told = [f"{owner}, {project.beneficiary}" if project.owner_email else ""]
    told.append(f"{project.operator}, opérateur")
    lead = ballot.proposal.follow_up_lead
    if outcome in APPROVALS and lead is not None:
        told.append(f"{lead}, mandataire du suivi")
    return effects, [person for person in told if person]
