"""The acceptance table of voting.md 5.4, with the cases that it leaves to imagine."""

from dataclasses import replace

import pytest

from committees.rules import Choice, Majority, Outcome, VotingRules, tally
from tests.committees.imagined import ballot, counts, quorum, secret_ballot

TABLE = {
    "T1 nominal": (
        ballot("ABCDEFGH", "PPPPPCCA"), VotingRules(),
        (8, 11), (5, 2, 1, 0), Outcome.APPROVED,
    ),
    "T2 quorum just reached": (
        ballot("ABCDEF", "PPPCAA"), VotingRules(),
        (6, 11), (3, 1, 2, 0), Outcome.APPROVED,
    ),
    "T3 missed by one": (
        ballot("ABCDE"), VotingRules(),
        (5, 11), (0, 0, 0, 5), Outcome.NO_QUORUM,
    ),
    "T4 missed by one, and a valid proxy": (
        ballot("ABCDE", "PPPPCC", proxies=["FB"]), VotingRules(),
        (6, 11), (4, 2, 0, 0), Outcome.APPROVED,
    ),
    "T5 missed by one, and a proxy left out of the quorum": (
        ballot("ABCDE", "PPPPCC", proxies=["FB"]), VotingRules(proxies_count_in_quorum=False),
        (5, 11), (4, 2, 0, 0), Outcome.NO_QUORUM,
    ),
    "T6 three recused lower the base": (
        ballot("ABCDEFG", "PPCA", recused="EFG"), VotingRules(),
        (4, 8), (2, 1, 1, 0), Outcome.APPROVED,
    ),
    "T7 tie, president for": (
        ballot("ABCDEFGH", "PPPPCCCC"), VotingRules(),
        (8, 11), (4, 4, 0, 0), Outcome.APPROVED,
    ),
    "T8 tie, president against": (
        ballot("ABCDEFGH", "CPPPPCCC"), VotingRules(),
        (8, 11), (4, 4, 0, 0), Outcome.REJECTED,
    ),
    "T9 tie, the president abstains": (
        ballot("ABCDEFGHI", "APPPPCCCC"), VotingRules(),
        (9, 11), (4, 4, 1, 0), Outcome.DEFERRED,
    ),
    "T10 tie, the president is recused": (
        ballot("ABCDEFGHI", "PPPPCCCC", recused="A"), VotingRules(),
        (8, 10), (4, 4, 0, 0), Outcome.DEFERRED,
    ),
    "T11 tie, secret": (
        secret_ballot("ABCDEFGH", "PPPPCCCC"), VotingRules(),
        (8, 11), (4, 4, 0, 0), Outcome.DEFERRED,
    ),
    "T12 all abstain": (
        ballot("ABCDEF", "AAAAAA"), VotingRules(),
        (6, 11), (0, 0, 6, 0), Outcome.DEFERRED,
    ),
    "T13 abstentions are not votes cast": (
        ballot("ABCDEFGH", "PPCAAAAA"), VotingRules(),
        (8, 11), (2, 1, 5, 0), Outcome.APPROVED,
    ),
    "T14 the same under the majority of those present": (
        ballot("ABCDEFGH", "PPCAAAAA"), VotingRules(majority=Majority.PRESENT),
        (8, 11), (2, 1, 5, 0), Outcome.REJECTED,
    ),
    "T15 two thirds, exactly": (
        ballot("ABCDEFGHI", "PPPPPPCCC"), VotingRules(majority=Majority.TWO_THIRDS),
        (9, 11), (6, 3, 0, 0), Outcome.APPROVED,
    ),
    "T16 two thirds, missed by one": (
        ballot("ABCDEFGHI", "PPPPPCCCC"), VotingRules(majority=Majority.TWO_THIRDS),
        (9, 11), (5, 4, 0, 0), Outcome.REJECTED,
    ),
    "T17 second convocation, four present": (
        ballot("ABCD", "PPPC"), VotingRules(quorum_required=False),
        (4, 11), (3, 1, 0, 0), Outcome.APPROVED,
    ),
    "T18 second convocation, two present": (
        ballot("AB"), VotingRules(quorum_required=False),
        (2, 11), (0, 0, 0, 2), Outcome.NO_QUORUM,
    ),
    "T19 two proxies to one holder": (
        ballot("ABCDE", "PPPPCC", proxies=["FB", "GB"]), VotingRules(),
        (6, 11), (4, 2, 0, 0), Outcome.APPROVED,
    ),
    "T20 the holder is recused, the proxy sleeps": (
        ballot("ABCDEFG", "PPPPCC", recused="B", proxies=["HB"]), VotingRules(),
        (6, 10), (4, 2, 0, 0), Outcome.APPROVED,
    ),
    "T21 more than half, five of ten": (
        ballot("ABCDE", seats="ABCDEFGHIJ"), VotingRules(quorum_strict=True),
        (5, 10), (0, 0, 0, 5), Outcome.NO_QUORUM,
    ),
    "T22 more than half, six of ten": (
        ballot("ABCDEF", "PPPPCC", seats="ABCDEFGHIJ"), VotingRules(quorum_strict=True),
        (6, 10), (4, 2, 0, 0), Outcome.APPROVED,
    ),
    "T23 two present do not vote": (
        ballot("ABCDEFG", "PPPCC--"), VotingRules(),
        (7, 11), (3, 2, 0, 2), Outcome.APPROVED,
    ),
    "T24 nobody votes": (
        ballot("ABCDEFG", "-------"), VotingRules(),
        (7, 11), (0, 0, 0, 7), Outcome.DEFERRED,
    ),
    "T25 two companies wanted, one there": (
        ballot("ABCDEFGH", "PPPPPCCA", companies=frozenset("AJK")), VotingRules(min_companies=2),
        (8, 11), (5, 2, 1, 0), Outcome.NO_QUORUM,
    ),
    "T26 two companies wanted, two there": (
        ballot("ABCDEFGH", "PPPPPCCA", companies=frozenset("ABK")), VotingRules(min_companies=2),
        (8, 11), (5, 2, 1, 0), Outcome.APPROVED,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "rules", "expected_quorum", "expected_counts", "outcome"),
    TABLE.values(),
    ids=TABLE.keys(),
)
def test_tally_of_the_acceptance_table(facts, rules, expected_quorum, expected_counts, outcome):
    result = tally(facts, rules)
    assert (quorum(result), counts(result), result.outcome) == (
        expected_quorum,
        expected_counts,
        outcome,
    )
    assert result.quorum_reached == (outcome is not Outcome.NO_QUORUM)


def test_the_second_proxy_to_one_holder_is_shown():
    result = tally(TABLE["T19 two proxies to one holder"][0])
    assert (result.ignored_proxies, result.ignored_votes) == ((("G", "B"),), ())
    assert result.sentence.endswith("1\u00a0pouvoir n'a pas été pris en compte.")


def test_casting_vote_is_told_apart():
    assert tally(TABLE["T7 tie, president for"][0]).by_casting_vote
    assert tally(TABLE["T8 tie, president against"][0]).by_casting_vote
    assert not tally(TABLE["T1 nominal"][0]).by_casting_vote
    assert not tally(TABLE["T11 tie, secret"][0]).by_casting_vote
    assert not tally(TABLE["T9 tie, the president abstains"][0]).by_casting_vote
    assert not tally(TABLE["T10 tie, the president is recused"][0]).by_casting_vote


def test_whoever_presides_for_a_recused_president_has_the_casting_vote():
    facts, *_ = TABLE["T10 tie, the president is recused"]
    for chair, outcome in (("B", Outcome.APPROVED), ("I", Outcome.REJECTED)):
        result = tally(replace(facts, chair=chair))
        assert (result.outcome, result.by_casting_vote) == (outcome, True)


def test_the_vote_of_a_recused_president_is_left_out():
    facts, *_ = TABLE["T10 tie, the president is recused"]
    result = tally(replace(facts, votes=facts.votes | {"A": Choice.FOR}))
    assert result.outcome is Outcome.DEFERRED
    assert result.ignored_votes == ("A",)
