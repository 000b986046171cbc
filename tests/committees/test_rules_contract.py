"""What the rules of the vote promise to whoever calls them (voting.md 5.6)."""

import json
from dataclasses import FrozenInstanceError

import pytest

from committees.rules import BallotFacts, Choice, Majority, Outcome, Tally, VotingRules, tally
from tests.committees.imagined import ballot


def test_contract_defaults():
    facts = BallotFacts(seats=frozenset("AB"), chair="A", present=frozenset("A"))
    assert (facts.votes, facts.secret_votes, facts.secret) == ({}, (), False)
    assert (facts.recused, facts.proxies, facts.companies) == (frozenset(), (), frozenset())
    assert tally(facts) == tally(facts, VotingRules())


@pytest.mark.parametrize("kind", [VotingRules, BallotFacts, Tally])
def test_contract_is_frozen_and_by_keyword(kind):
    with pytest.raises(TypeError):
        kind(1)
    with pytest.raises(FrozenInstanceError):
        VotingRules().floor = 0


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({"quorum_denominator": 0}, "Le dénominateur du quorum est au moins 1."),
        ({"quorum_denominator": -2}, "Le dénominateur du quorum est au moins 1."),
        (
            {"tie_outcome": Outcome.NO_QUORUM},
            "À égalité de voix, le dossier est ajourné ou refusé.",
        ),
        (
            {"tie_outcome": Outcome.APPROVED},
            "À égalité de voix, le dossier est ajourné ou refusé.",
        ),
    ],
)
def test_rules_that_no_ballot_can_be_counted_by_are_refused(rules, reason):
    with pytest.raises(ValueError) as refusal:
        VotingRules(**rules)
    assert str(refusal.value) == reason


def test_choices_are_their_own_values():
    for enum in (Choice, Majority, Outcome):
        assert all(member == member.name == str(member) for member in enum)


def test_as_dict_survives_json():
    facts = ballot("ABCDE", "PPPPCCC", proxies=["FB", "GB"])
    content = tally(facts).as_dict()
    assert json.loads(json.dumps(content)) == content
    assert list(content) == list(Tally.__dataclass_fields__)
    assert content["outcome"] == "APPROVED"
    assert content["ignored_proxies"] == [["G", "B"]]
