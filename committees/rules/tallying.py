"""The outcome of a ballot: quorum, majority, tie (voting.md 5.3 and 5.4)."""

from committees.rules.counting import Count, count_ballot
from committees.rules.facts import BallotFacts, Choice, Majority, Outcome, Tally, VotingRules
from committees.rules.wording import Reason, result_sentence

DEFAULT_RULES = VotingRules()
# Half of the votes cast is no two thirds, and a vote against is one: the chair has nothing to tip.
WITHOUT_TIE = (Majority.TWO_THIRDS, Majority.UNANIMITY)
CHAIR_SIDE = {Choice.FOR: Outcome.APPROVED, Choice.AGAINST: Outcome.REJECTED}


def tally(facts: BallotFacts, rules: VotingRules = DEFAULT_RULES) -> Tally:
    """Count a ballot, draw its outcome and word it.

    :raises ValueError: a vote is neither for, nor against, nor an abstention.
    """
    count = count_ballot(facts, rules)
    outcome, reason = _outcome(count, rules)
    return Tally(
        quorum_reached=outcome is not Outcome.NO_QUORUM,
        quorum_have=count.quorum_have,
        quorum_base=count.quorum_base,
        votes_for=count.votes_for,
        votes_against=count.votes_against,
        abstentions=count.abstentions,
        not_voted=count.not_voted,
        outcome=outcome,
        by_casting_vote=reason is Reason.CASTING_VOTE,
        ignored_proxies=count.ignored_proxies,
        ignored_votes=count.ignored_votes,
        sentence=result_sentence(count, outcome, reason, rules, secret=facts.secret),
    )


def _outcome(count: Count, rules: VotingRules) -> tuple[Outcome, Reason]:
    too_few = count.present < rules.floor or count.companies < rules.min_companies
    if too_few or not count.quorum_met:
        return Outcome.NO_QUORUM, Reason.NO_QUORUM
    if count.ballots > count.voters:
        return Outcome.DEFERRED, Reason.TOO_MANY_BALLOTS
    if not count.cast:
        return Outcome.DEFERRED, Reason.NO_VOTE_CAST
    needed = _votes_needed(count, rules.majority)
    if count.votes_for >= needed:
        return Outcome.APPROVED, Reason.CARRIED
    is_tie = count.votes_for == count.votes_against and rules.majority not in WITHOUT_TIE
    # Equal sides that are two votes short or more are a plain refusal.
    if not is_tie or count.votes_for + 1 < needed:
        return Outcome.REJECTED, Reason.NOT_CARRIED
    if not rules.casting_vote:
        return rules.tie_outcome, Reason.TIE
    if count.chair_choice in CHAIR_SIDE:
        return CHAIR_SIDE[count.chair_choice], Reason.CASTING_VOTE
    # The chair abstained or withdrew, or the ballot is secret: there is no voice to cast.
    return Outcome.DEFERRED, Reason.TIE


def _votes_needed(count: Count, majority: Majority) -> int:
    match majority:
        case Majority.CAST:
            return count.votes_against + 1
        case Majority.PRESENT:
            return count.voters // 2 + 1
        case Majority.SEATS:
            return count.seats // 2 + 1
        case Majority.TWO_THIRDS:
            return (2 * count.cast + 2) // 3
        case Majority.UNANIMITY:
            return count.cast
