"""Random meetings, judged a second time by a code that shares nothing with the first."""

from fractions import Fraction
from random import Random

import pytest

from committees.rules import BallotFacts, Choice, Majority, Outcome, VotingRules, tally

PEOPLE = "ABCDEFGHZ"  # Z never has a seat


class Clerk:
    """Judges a meeting as a clerk would: one person after the other, a slip of paper for each."""

    def __init__(self, facts, rules):
        self.facts, self.rules = facts, rules
        self.slips = []
        self.in_the_room = []
        self.carried_by = {}
        for person in PEOPLE:
            if self.is_member(person) and person in facts.present:
                self.in_the_room.append(person)
        for giver, holder in facts.proxies:
            self.receive(giver, holder)
        self.allowed = [*self.in_the_room, *self.carried_by]
        if facts.secret:
            self.slips = [choice.value for choice in facts.secret_votes]
        else:
            for person in self.allowed:
                if person in facts.votes:
                    self.slips.append(facts.votes[person].value)

    def is_member(self, person):
        return person in self.facts.seats and person not in self.facts.recused

    def receive(self, giver, holder):
        if not self.is_member(giver) or giver in self.facts.present or giver in self.carried_by:
            return
        hands = sum(1 for other in self.carried_by.values() if other == holder)
        if holder in self.in_the_room and hands < self.rules.max_proxies:
            self.carried_by[giver] = holder

    def may_decide(self):
        if len(self.in_the_room) < self.rules.floor:
            return False
        firms = [person for person in self.in_the_room if person in self.facts.companies]
        if len(firms) < self.rules.min_companies:
            return False
        if not self.rules.quorum_required:
            return True
        heads = self.allowed if self.rules.proxies_count_in_quorum else self.in_the_room
        base = [s for s in self.facts.seats if self.rules.recused_in_base or self.is_member(s)]
        wanted = Fraction(self.rules.quorum_numerator, self.rules.quorum_denominator) * len(base)
        return len(heads) > wanted or (len(heads) == wanted and not self.rules.quorum_strict)

    def verdict(self):
        yes, no = self.slips.count("FOR"), self.slips.count("AGAINST")
        if not self.may_decide():
            return "NO_QUORUM"
        if len(self.slips) > len(self.allowed) or yes + no == 0:
            return "DEFERRED"
        name = self.rules.majority.name
        if name == "UNANIMITY":
            return "REJECTED" if no else "APPROVED"
        if name == "TWO_THIRDS":
            return "APPROVED" if Fraction(yes, yes + no) >= Fraction(2, 3) else "REJECTED"
        half = {
            "CAST": Fraction(yes + no, 2),
            "PRESENT": Fraction(len(self.allowed), 2),
            "SEATS": Fraction(len(self.facts.seats), 2),
        }[name]
        if yes > half:
            return "APPROVED"
        # Equal, and so close to the half that one more voice goes beyond.
        if yes == no and yes + 1 > half:
            return self.when_tied()
        return "REJECTED"

    def when_tied(self):
        """5.3: off, as the committee chose; on, the chair's side, or a later day without one."""
        if not self.rules.casting_vote:
            return self.rules.tie_outcome.value
        if self.facts.secret or self.facts.chair not in self.in_the_room:
            return "DEFERRED"
        slip = self.facts.votes.get(self.facts.chair)
        sides = {"FOR": "APPROVED", "AGAINST": "REJECTED"}
        return sides.get(slip.value, "DEFERRED") if slip else "DEFERRED"


MEETINGS = 10_000
SHARES = 10
"""The meetings are shared out, so that a failure names its share and is met again at once."""
RULINGS = {
    "quorum_numerator": (1, 2, 3),
    "quorum_denominator": (2, 3, 4),
    "quorum_strict": (False, True),
    "proxies_count_in_quorum": (True, False),
    "recused_in_base": (False, True),
    "floor": (3, 0, 1, 2),
    "quorum_required": (True, False),
    "majority": tuple(Majority),
    "casting_vote": (True, False),
    "tie_outcome": (Outcome.DEFERRED, Outcome.REJECTED),
    "max_proxies": (1, 0, 2),
    "min_companies": (0, 0, 1, 2, 3),
}


def some(chance: Random, people: str, share: float) -> frozenset[str]:
    return frozenset(person for person in people if chance.random() < share)


def a_meeting(chance: Random) -> tuple[BallotFacts, VotingRules]:
    """Any meeting under any rules: most people sit and are there, few are recused."""
    votes = {person: chance.choice([*Choice, None]) for person in PEOPLE}
    facts = BallotFacts(
        seats=some(chance, PEOPLE[:-1], 0.75),
        chair=chance.choice(PEOPLE),
        present=some(chance, PEOPLE, 0.75),
        recused=some(chance, PEOPLE, 0.125),
        companies=some(chance, PEOPLE, 0.5),
        votes={person: choice for person, choice in votes.items() if choice},
        secret=chance.random() < 0.25,
        secret_votes=tuple(chance.choices([*Choice], k=chance.randrange(7))),
        proxies=tuple(
            (chance.choice(PEOPLE), chance.choice(PEOPLE)) for _ in range(chance.randrange(5))
        ),
    )
    return facts, VotingRules(**{name: chance.choice(them) for name, them in RULINGS.items()})


@pytest.mark.parametrize("share", range(SHARES))
def test_tally_agrees_with_the_clerk(share):
    chance = Random(share)
    for _ in range(MEETINGS // SHARES):
        judge_twice(*a_meeting(chance))


def judge_twice(facts: BallotFacts, rules: VotingRules) -> None:
    clerk = Clerk(facts, rules)
    result = tally(facts, rules)
    assert result.outcome == clerk.verdict()
    assert result.quorum_reached == clerk.may_decide()
    assert result.votes_for == clerk.slips.count("FOR")
    assert result.votes_against == clerk.slips.count("AGAINST")
    assert result.abstentions == clerk.slips.count("ABSTAIN")
    assert result.not_voted == max(0, len(clerk.allowed) - len(clerk.slips))
    assert len(result.ignored_proxies) == len(facts.proxies) - len(clerk.carried_by)
    if not facts.secret:
        assert set(result.ignored_votes) == facts.votes.keys() - set(clerk.allowed)
    if result.by_casting_vote:
        assert result.votes_for == result.votes_against
        assert facts.chair in clerk.in_the_room
    assert "  " not in result.sentence
    assert " :" not in result.sentence
