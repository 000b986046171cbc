"""What the page of a ballot shows to one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from alize.accounts.models import Person
from alize.common.screen import Badge
from committees import permissions, wording
from committees.enums import (
    APPROVALS,
    FAVOURABLE,
    BallotStatus,
    ConditionKind,
    DecisionOutcome,
    MeetingMode,
)
from committees.models import AgendaItem, Ballot, Decision, Seat
from committees.permissions.ballots import is_rejected
from committees.queries import ballots, leading, papers, recusals, seats
from committees.queries.badges import SUSPENDED, ballot_badge
from committees.queries.ballots import CHOICE_LABELS
from committees.queries.papers import Paper
from committees.rules import Outcome
from projects.queries.visibility import keepers_named

FEW_VOTERS = 5
"""Under this number of voters, a secret vote is easily guessed (S36)."""


@dataclass(frozen=True)
class Turnout:
    """How many seats have voted, of those that may."""

    votes: int
    expected: int


def turnout(ballot: Ballot) -> Turnout:
    """Participation, never how people voted; in writing, every seat is expected."""
    recused = recusals.recused_seats(ballot.item)
    may_vote = {int(pk) for pk in ballot.rules["seats"]} - recused
    present = {row.seat_id for row in seats.seated(ballot.item.meeting)}
    present |= set(ballots.proxies_that_count(ballot.item, ballot))
    if ballot.item.meeting.mode == MeetingMode.WRITTEN:
        present = may_vote
    voted = ballots.voted_seats(ballot) & may_vote
    return Turnout(len(voted), len((present | voted) & may_vote))


@dataclass(frozen=True)
class Poll:
    """One ballot for one person."""

    status: str
    badge: Badge
    is_over: bool
    """The hour of a consultation has gone by, and nothing has counted it yet."""
    turnout: Turnout
    papers: Sequence[Paper]
    result: str
    decision: Decision | None
    reasons: list[str]
    tie: str
    may_defer: bool
    may_set_aside: bool
    rejection: Ballot | None
    """The rejection set aside on the file, when it may be proclaimed now."""
    few_voters: bool
    slips: tuple[int, int] | None

    @property
    def is_suspended(self) -> bool:
        """Whether its meeting is, as its badge says."""
        return self.badge == SUSPENDED

    @property
    def why_not(self) -> str:
        """Why nothing may be voted by somebody who has a seat."""
        return self.papers[0].why_not if self.papers else ""

    @property
    def may_vote(self) -> bool:
        """Whether one of the papers may be dropped."""
        return any(paper.may_vote for paper in self.papers)


def poll_page(ballot: Ballot, person: Person, *, seat: Seat | None, at: datetime) -> Poll:
    """Results stay hidden until the close, for everybody (voting.md 5.3)."""
    is_closed = ballot.status in {BallotStatus.CLOSED, BallotStatus.PROCLAIMED}
    came = turnout(ballot)
    result = ballot.result or {}
    return Poll(
        status=ballot.status,
        badge=ballot_badge(ballot, at=at),
        is_over=ballots.is_overdue(ballot, at=at),
        turnout=came,
        papers=papers.papers_of(ballot, person, seat=seat, at=at),
        result=ballot.result_sentence if is_closed else "",
        decision=Decision.objects.filter(ballot=ballot).first() if is_closed else None,
        reasons=_reasons(ballot) if is_closed else [],
        tie=_tie_sentence(ballot, person, on=timezone.localdate(at)) if is_closed else "",
        may_defer=ballot.status == BallotStatus.CLOSED and bool(result.get("by_casting_vote")),
        may_set_aside=ballot.status == BallotStatus.CLOSED and permissions.set_aside.allows(ballot),
        rejection=rejection_left(ballot.item),
        few_voters=ballot.is_secret and came.expected < FEW_VOTERS,
        slips=blind_check(ballot) if is_closed and ballot.is_secret else None,
    )


def rejection_left(item: AgendaItem) -> Ballot | None:
    """The rejection set aside on a file that may be proclaimed now, nothing else being voted on."""
    rejection = ballots.standing_rejection(item)
    return None if rejection is None or ballots.is_under_way(item) else rejection


def blind_check(ballot: Ballot) -> tuple[int, int]:
    """How many secret votes and how many signatures, for everybody to compare (voting.md 5.5)."""
    return ballot.secret_votes.count(), ballot.participations.count()


def _tie_sentence(ballot: Ballot, person: Person, *, on: date) -> str:
    """« Égalité 4–4 : votre vote Pour est prépondérant → Agréé » (C8); empty without a tie."""
    result = ballot.result or {}
    votes_for, votes_against = result["votes_for"], result["votes_against"]
    if votes_for != votes_against or not votes_for:
        return ""
    tie = f"Égalité {votes_for}–{votes_against}"
    if not result["by_casting_vote"]:
        return f"{tie}\u00a0: les voix sont également partagées."
    approved = result["outcome"] == Outcome.APPROVED
    choice = CHOICE_LABELS["FOR" if approved else "AGAINST"]
    verdict = ballots.label_of(ballot, _decided(ballot, Outcome(result["outcome"])))
    whose = (
        f"votre vote {choice} est prépondérant"
        if leading.presides(person, ballot.item, on=on)
        else f"le vote {choice} de la présidence est prépondérant"
    )
    return f"{tie}\u00a0: {whose} → {verdict}."


def _reasons(ballot: Ballot) -> list[str]:
    """« Contre : trop tôt »: every reason given, without its name, once the vote is closed."""
    votes = ballots.counted_votes(ballot)
    return sorted(
        f"{CHOICE_LABELS[vote.choice]}\u00a0: {vote.reason}" for vote in votes if vote.reason
    )


def outcome_of(ballot: Ballot, *, defer: bool) -> DecisionOutcome | None:
    """What proclaiming would decide; None without a quorum."""
    result = ballot.result or {}
    match Outcome(result["outcome"]):
        case Outcome.NO_QUORUM:
            return None
        case _ if defer and result["by_casting_vote"]:
            return DecisionOutcome.DEFERRED
        case other:
            return _decided(ballot, other)


def _decided(ballot: Ballot, outcome: Outcome) -> DecisionOutcome:
    """What the result of a vote decides, on a project or on the advance it was given."""
    match outcome:
        case Outcome.APPROVED if ballot.item.matter:
            return DecisionOutcome.ACCEPTED
        case Outcome.REJECTED if ballot.item.matter:
            return DecisionOutcome.DECLINED
        case Outcome.APPROVED:
            suspensive = ballot.proposal.conditions.filter(kind=ConditionKind.SUSPENSIVE).exists()
            return DecisionOutcome.APPROVED_CONDITIONS if suspensive else DecisionOutcome.APPROVED
        case other:
            return DecisionOutcome(other.value)


def proclaim_title(ballot: Ballot, outcome: DecisionOutcome | None) -> str:
    """What proclaiming is called, when it decides and when it only notes."""
    if outcome is None:
        noted = "le rejet de la proposition" if is_rejected(ballot) else "l'absence de quorum"
        return f"Constater {noted}"
    return f"Proclamer : {wording.inside(ballots.label_of(ballot, outcome))}"


def proclaimed_sentence(ballot: Ballot, outcome: DecisionOutcome | None) -> str:
    """What the screen says once it is proclaimed."""
    if outcome is None and is_rejected(ballot):
        return (
            "Le rejet de la proposition est constaté ; il ne vaut pas décision sur le dossier. "
            "Rédigez une autre proposition à mettre aux voix."
        )
    if outcome is None:
        return "L'absence de quorum est constatée ; le dossier peut être remis aux voix."
    label = wording.inside(ballots.label_of(ballot, outcome))
    leaves = ballot.item.project.owner_email
    letter = "La lettre part à l'entreprise." if leaves else wording.LETTER_MADE
    return f"Décision proclamée : {label}. {letter}"


def consequences(
    ballot: Ballot, outcome: DecisionOutcome | None, *, on: date
) -> tuple[list[str], list[str]]:
    """What proclaiming does, and who is told."""
    if outcome is None and is_rejected(ballot):
        return [
            "Cette proposition est rejetée : le procès-verbal le dit.",
            "Ce rejet ne vaut pas décision sur le dossier : avant la fin de la séance, une autre "
            "proposition est mise aux voix, ou ce rejet est proclamé.",
        ], []
    if outcome is None:
        return ["Aucune décision n'est prise sur ce dossier."], []
    project = ballot.item.project
    label = wording.inside(ballots.label_of(ballot, outcome))
    effects = [f"La décision « {label} » est enregistrée et numérotée."]
    conditions = ballot.proposal.conditions.count()
    if outcome == DecisionOutcome.ACCEPTED:
        effects.append("L'opération peut être demandée sur l'avance : elle reposera sur elle.")
    if outcome in FAVOURABLE and conditions:
        effects.append(f"{conditions} condition{'s' if conditions > 1 else ''} à suivre.")
    effects.append(wording.LETTER_MADE)
    if not project.owner_email:
        effects.append(wording.BY_HAND)
    owner = project.owner_name or "le dirigeant"
    told = [f"{owner}, {project.beneficiary}" if project.owner_email else ""]
    told += keepers_named(project, on=on)
    lead = ballot.proposal.follow_up_lead
    if outcome in APPROVALS and lead is not None:
        told.append(f"{lead}, mandataire du suivi")
    return effects, [person for person in told if person]
