"""The badges of a committee: where a file and its ballot stand, what was decided."""

from datetime import datetime

from alize.common.screen import Badge, Tone
from committees.enums import BallotStatus, DecisionOutcome, InterestAnswer, MeetingStatus
from committees.models import AgendaItem, Ballot, Decision
from committees.permissions.ballots import is_rejected
from committees.queries.ballots import is_overdue, suspended_by

OUTCOME_TONES: dict[DecisionOutcome, Tone] = {
    DecisionOutcome.APPROVED: "done",
    DecisionOutcome.APPROVED_CONDITIONS: "done",
    DecisionOutcome.REJECTED: "late",
    DecisionOutcome.ACCEPTED: "done",
    DecisionOutcome.DECLINED: "late",
}
ANSWER_BADGES = {
    InterestAnswer.NONE: Badge("Aucun lien déclaré", "quiet", "check2"),
    InterestAnswer.LINK: Badge("Lien déclaré", "info", "link-45deg"),
    InterestAnswer.RECUSED: Badge("Vous vous êtes déporté", "attention", "slash-circle"),
}
SUSPENDED = Badge("Vote suspendu", "attention", "pause-fill")
VOTE_OVER = Badge("Vote clos, résultat en calcul", "info", "lock")
"""Of a consultation past its hour that nothing has counted yet."""
HIDDEN = Badge("Non communiqué", "quiet")
TO_EXAMINE = Badge("À examiner", "neutral")
POSTPONED = Badge("Reporté", "attention")
"""What a meeting that is over left without a vote: its minutes say so."""


def item_badge(item: AgendaItem, last: Ballot | None, *, at: datetime | None) -> Badge:
    """Where a file stands in its meeting: what was decided, or its last ballot."""
    if item.decision is not None:
        return outcome_badge(item.decision)
    if last is not None and last.status != BallotStatus.CANCELLED:
        return ballot_badge(last, at=at)
    return POSTPONED if item.meeting.status == MeetingStatus.HELD else TO_EXAMINE


def ballot_badge(ballot: Ballot, *, at: datetime | None) -> Badge:
    """Where a ballot stands, at a moment where the hour counts; once proclaimed, its outcome."""
    if at is not None and is_overdue(ballot, at=at):
        return VOTE_OVER
    match BallotStatus(ballot.status):
        case BallotStatus.OPEN if suspended_by(ballot):
            return SUSPENDED
        case BallotStatus.OPEN:
            return Badge("Vote ouvert", "attention", "broadcast")
        case BallotStatus.CLOSED:
            return Badge("Vote clos", "info", "lock")
        case BallotStatus.PROCLAIMED if not ballot.settled_nothing:
            return outcome_badge(ballot.decision)
        case BallotStatus.PROCLAIMED:
            left = "Proposition rejetée" if is_rejected(ballot) else "Quorum non atteint"
            return Badge(left, "attention")
        case other:
            return Badge(f"Scrutin {other.label.lower()}", "quiet")


def outcome_badge(decision: Decision) -> Badge:
    """What was decided."""
    tone = OUTCOME_TONES.get(DecisionOutcome(decision.outcome), "attention")
    return Badge(decision.get_outcome_display(), tone)
