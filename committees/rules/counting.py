"""Who may vote on a file, and what they voted (voting.md 5.4)."""

from collections import Counter
from dataclasses import dataclass

from committees.rules.facts import BallotFacts, Choice, VotingRules


@dataclass(frozen=True, kw_only=True)
class Count:
    """The figures of a ballot, before any majority is applied to them."""

    seats: int
    recused: int
    present: int  # recused seats are neither present nor voters
    companies: int  # those of partner companies among the present
    voters: int  # present or represented
    quorum_have: int
    quorum_base: int
    quorum_needed: int
    ballots: int
    votes_for: int
    votes_against: int
    abstentions: int
    chair_choice: Choice | None  # of a chair who sits in person and votes by name
    ignored_proxies: tuple[tuple[str, str], ...]
    ignored_votes: tuple[str, ...]

    @property
    def quorum_met(self) -> bool:
        """Whether enough seats are there for the vote to count."""
        return self.quorum_have >= self.quorum_needed

    @property
    def cast(self) -> int:
        """The votes that a majority is drawn from: abstentions are none (voting.md 5.3)."""
        return self.votes_for + self.votes_against

    @property
    def not_voted(self) -> int:
        """The seats present or represented that gave no vote."""
        return max(self.voters - self.ballots, 0)


def count_ballot(facts: BallotFacts, rules: VotingRules) -> Count:
    """Count seats, then the votes of those that are present or represented.

    :raises ValueError: a vote is neither for, nor against, nor an abstention.
    """
    present = (facts.seats & facts.present) - facts.recused
    represented, ignored_proxies = _represented(facts, present, rules.max_proxies)
    voters = present | represented
    base = len(facts.seats if rules.recused_in_base else facts.seats - facts.recused)
    # A secret ballot bears no name: a vote that has one cannot be part of it.
    named = {} if facts.secret else {s: Choice(c) for s, c in facts.votes.items() if s in voters}
    choices = tuple(map(Choice, facts.secret_votes)) if facts.secret else tuple(named.values())
    return Count(
        seats=len(facts.seats),
        recused=len(facts.seats & facts.recused),
        present=len(present),
        companies=len(present & facts.companies),
        voters=len(voters),
        quorum_have=len(voters if rules.proxies_count_in_quorum else present),
        quorum_base=base,
        quorum_needed=_quorum_needed(base, rules),
        ballots=len(choices),
        votes_for=choices.count(Choice.FOR),
        votes_against=choices.count(Choice.AGAINST),
        abstentions=choices.count(Choice.ABSTAIN),
        chair_choice=named.get(facts.chair) if facts.chair in present else None,
        ignored_proxies=ignored_proxies,
        ignored_votes=tuple(sorted(facts.votes.keys() - named.keys())),
    )


def _represented(
    facts: BallotFacts, present: frozenset[str], max_proxies: int
) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Find the seats represented by a valid proxy, and the proxies left out."""
    may_give = facts.seats - facts.present - facts.recused
    givers: set[str] = set()
    received: Counter[str] = Counter()
    ignored = []
    for giver, holder in facts.proxies:
        # A holder is present, a giver is not: no proxy can be handed on.
        is_valid = giver in may_give - givers and holder in present
        if is_valid and received[holder] < max_proxies:
            givers.add(giver)
            received[holder] += 1
        else:
            ignored.append((giver, holder))
    return frozenset(givers), tuple(ignored)


def _quorum_needed(base: int, rules: VotingRules) -> int:
    if not rules.quorum_required:
        return 0
    whole, rest = divmod(base * rules.quorum_numerator, rules.quorum_denominator)
    return whole + (1 if rest or rules.quorum_strict else 0)
