"""Each rule of voting.md 5.3 that a basin may change, one by one."""

from dataclasses import replace

import pytest

from committees.rules import Choice, Majority, Outcome, VotingRules, tally
from tests.committees.imagined import CHOICES, SEATS, ballot, counts, quorum, secret_ballot

# Who sits and who is represented


@pytest.mark.parametrize(
    ("present", "recused", "proxies", "have", "base", "ignored"),
    [
        pytest.param("ABCDE", "", ["FB", "GC"], 7, 11, [], id="one proxy each"),
        pytest.param("ABCDE", "", ["BA"], 5, 11, ["BA"], id="the giver came"),
        pytest.param("ABCDE", "F", ["FB"], 5, 10, ["FB"], id="the giver is recused"),
        pytest.param("ABCDE", "B", ["FB"], 4, 10, ["FB"], id="the holder is recused"),
        pytest.param("ABCDE", "", ["FG"], 5, 11, ["FG"], id="the holder is away"),
        pytest.param("ABCDE", "", ["FG", "GB"], 6, 11, ["FG"], id="a chain"),
        pytest.param("ABCDE", "", ["FB", "BC"], 6, 11, ["BC"], id="a holder who came and gave"),
        pytest.param("ABCDE", "", ["FF"], 5, 11, ["FF"], id="to oneself, away"),
        pytest.param("ABCDE", "", ["AA"], 5, 11, ["AA"], id="to oneself, present"),
        pytest.param("ABCDEZ", "", ["FZ"], 5, 11, ["FZ"], id="the holder has no seat"),
        pytest.param("ABCDE", "", ["ZB"], 5, 11, ["ZB"], id="the giver has no seat"),
        pytest.param("ABCDE", "", ["FB", "FC"], 6, 11, ["FC"], id="given twice, first counts"),
        pytest.param("ABCDE", "", ["FZ", "FC"], 6, 11, ["FZ"], id="given twice, valid one counts"),
        pytest.param("ABCDE", "", ["FB", "FB"], 6, 11, ["FB"], id="the same one twice"),
        pytest.param("ABCDE", "", ["GB", "FB", "FC"], 7, 11, ["FB"], id="in the order received"),
        pytest.param("ABCDE", "Z", [], 5, 11, [], id="a recused guest changes nothing"),
        pytest.param("ABCDE", "K", [], 5, 10, [], id="recused and away"),
    ],
)
def test_tally_counts_valid_proxies(present, recused, proxies, have, base, ignored):
    result = tally(ballot(present, recused=recused, proxies=proxies))
    assert quorum(result) == (have, base)
    assert result.ignored_proxies == tuple((giver, holder) for giver, holder in ignored)


@pytest.mark.parametrize(("maximum", "have"), [(0, 5), (1, 6), (2, 7), (3, 8)])
def test_tally_limits_proxies_per_holder(maximum, have):
    facts = ballot("ABCDE", proxies=["FB", "GB", "HB"])
    result = tally(facts, VotingRules(max_proxies=maximum))
    assert result.quorum_have == have
    assert result.ignored_proxies == facts.proxies[maximum:]


def test_tally_can_leave_proxies_out_of_the_quorum_but_counts_their_votes():
    facts = ballot("ABCDEF", "PPPCCCP", proxies=["GB"])
    result = tally(facts, VotingRules(proxies_count_in_quorum=False))
    assert quorum(result) == (6, 11)
    assert counts(result) == (4, 3, 0, 0)


def test_proxies_do_not_help_the_floor():
    facts = ballot("AB", "PPPP", seats="ABCDE", proxies=["CA", "DB"])
    result = tally(facts)
    assert quorum(result) == (4, 5)
    assert result.outcome is Outcome.NO_QUORUM


def test_recused_seats_do_not_help_the_floor():
    facts = ballot("ABCDE", "PP", seats="ABCDE", recused="CDE")
    assert quorum(tally(facts)) == (2, 2)
    assert tally(facts).outcome is Outcome.NO_QUORUM
    assert tally(facts, VotingRules(floor=2)).outcome is Outcome.APPROVED


def test_recused_seats_can_stay_in_the_base():
    facts = ballot("ABCDEFG", "PPCA", recused="EFG")
    result = tally(facts, VotingRules(recused_in_base=True))
    assert quorum(result) == (4, 11)
    assert result.outcome is Outcome.NO_QUORUM


def test_every_seat_recused_cannot_decide():
    result = tally(ballot("ABCDEFGH", "", recused=SEATS))
    assert quorum(result) == (0, 0)
    assert result.outcome is Outcome.NO_QUORUM


@pytest.mark.parametrize("rules", [VotingRules(), VotingRules(floor=0), VotingRules(floor=1)])
def test_an_empty_committee_never_approves(rules):
    result = tally(ballot(seats=""), rules)
    assert result.outcome in (Outcome.NO_QUORUM, Outcome.DEFERRED)


@pytest.mark.parametrize(
    ("numerator", "denominator", "strict", "seats", "present", "reached"),
    [
        (1, 2, False, 10, 5, True),
        (1, 2, True, 10, 5, False),
        (1, 2, True, 10, 6, True),
        (1, 2, False, 11, 5, False),
        (1, 2, True, 11, 6, True),
        (2, 3, False, 11, 7, False),
        (2, 3, False, 11, 8, True),
        (2, 3, False, 9, 6, True),
        (2, 3, True, 9, 6, False),
        (1, 3, False, 10, 3, False),
        (1, 3, False, 10, 4, True),
        (1, 1, False, 5, 5, True),
        (1, 1, False, 5, 4, False),
    ],
)
def test_quorum_fraction(numerator, denominator, strict, seats, present, reached):
    rules = VotingRules(
        quorum_numerator=numerator, quorum_denominator=denominator, quorum_strict=strict
    )
    facts = ballot(SEATS[:present], "P" * present, seats=SEATS[:seats])
    assert tally(facts, rules).quorum_reached == reached


def test_second_convocation_keeps_the_floor_only():
    rules = VotingRules(quorum_required=False)
    assert tally(ballot("ABC", "PPC"), rules).outcome is Outcome.APPROVED
    assert tally(ballot("AB", "PP"), rules).outcome is Outcome.NO_QUORUM
    assert tally(ballot("AB", "PP"), replace(rules, floor=2)).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("companies", "recused", "proxies", "minimum", "reached"),
    [
        pytest.param("ABC", "", [], 3, True, id="three there"),
        pytest.param("ABK", "", [], 3, False, id="one away"),
        pytest.param("ABC", "C", [], 3, False, id="one recused"),
        pytest.param("ABK", "", ["KB"], 3, False, id="one represented is not there"),
        pytest.param("ABZ", "", [], 3, False, id="a company without a seat"),
        pytest.param("", "", [], 0, True, id="none wanted"),
        pytest.param("", "", [], 1, False, id="none there"),
    ],
)
def test_companies_must_be_there(companies, recused, proxies, minimum, reached):
    facts = ballot(
        "ABCDEFGHZ", "PPPPPPP", recused=recused, proxies=proxies, companies=frozenset(companies)
    )
    assert tally(facts, VotingRules(min_companies=minimum)).quorum_reached == reached


def test_companies_are_wanted_even_at_a_second_convocation():
    rules = VotingRules(quorum_required=False, min_companies=1)
    assert tally(ballot("ABC", "PPC"), rules).outcome is Outcome.NO_QUORUM
    facts = ballot("ABC", "PPC", companies=frozenset("C"))
    assert tally(facts, rules).outcome is Outcome.APPROVED


# Which votes count


def test_votes_of_those_who_may_not_vote_are_ignored_and_reported():
    facts = replace(
        ballot("ABCDEFG", recused="C"),
        votes=dict.fromkeys("ZKCAB", Choice.FOR),
    )
    result = tally(facts)
    assert counts(result) == (2, 0, 0, 4)
    assert result.ignored_votes == ("C", "K", "Z")


def test_the_vote_of_an_ignored_proxy_is_ignored():
    facts = replace(
        ballot("ABCDE", "PPPCC", proxies=["FB", "GB"]),
        votes=dict.fromkeys("ABCDEFG", Choice.FOR),
    )
    result = tally(facts)
    assert counts(result) == (6, 0, 0, 0)
    assert result.ignored_votes == ("G",)


def test_a_guest_who_is_present_and_votes_changes_nothing():
    facts = replace(ballot("ABCDEFZ"), votes={"A": Choice.FOR, "Z": Choice.AGAINST})
    assert counts(tally(facts)) == (1, 0, 0, 5)
    assert quorum(tally(facts)) == (6, 11)


@pytest.mark.parametrize("vote", ["POUR", "for", "", None])
def test_a_vote_that_is_no_choice_is_refused_rather_than_lost(vote):
    with pytest.raises(ValueError):
        tally(replace(ballot("ABCDEF", "PPPPP"), votes={"A": Choice.FOR, "B": vote}))
    with pytest.raises(ValueError):
        tally(replace(secret_ballot("ABCDEF", "PPPP"), secret_votes=(Choice.FOR, vote)))


# Majorities


@pytest.mark.parametrize(
    ("majority", "votes", "outcome"),
    [
        (Majority.CAST, "PPCAAAAA", Outcome.APPROVED),
        (Majority.CAST, "PCCAAAAA", Outcome.REJECTED),
        (Majority.CAST, "P-------", Outcome.APPROVED),
        (Majority.PRESENT, "PPPPPCCC", Outcome.APPROVED),
        (Majority.PRESENT, "PPPPCCCA", Outcome.REJECTED),
        (Majority.PRESENT, "PPPPAAAA", Outcome.REJECTED),
        (Majority.PRESENT, "PPPP----", Outcome.REJECTED),
        (Majority.PRESENT, "PPPCCCAA", Outcome.REJECTED),
        (Majority.SEATS, "PPPPPPCC", Outcome.APPROVED),
        (Majority.SEATS, "PPPPPCCC", Outcome.REJECTED),
        (Majority.SEATS, "PPPPCCCC", Outcome.REJECTED),
        (Majority.TWO_THIRDS, "PPPPCCAA", Outcome.APPROVED),
        (Majority.TWO_THIRDS, "PPPPPCCC", Outcome.REJECTED),
        (Majority.TWO_THIRDS, "PPPPCCCC", Outcome.REJECTED),
        (Majority.TWO_THIRDS, "PCAAAAAA", Outcome.REJECTED),
        (Majority.UNANIMITY, "PPPPPPPP", Outcome.APPROVED),
        (Majority.UNANIMITY, "PPPPPPAA", Outcome.APPROVED),
        (Majority.UNANIMITY, "PAAAAA--", Outcome.APPROVED),
        (Majority.UNANIMITY, "PPPPPPPC", Outcome.REJECTED),
        (Majority.UNANIMITY, "PCAAAAAA", Outcome.REJECTED),
    ],
)
def test_majority(majority, votes, outcome):
    result = tally(ballot("ABCDEFGH", votes), VotingRules(majority=majority))
    assert (result.outcome, result.by_casting_vote) == (outcome, False)


@pytest.mark.parametrize("majority", Majority)
@pytest.mark.parametrize("tie_outcome", [Outcome.DEFERRED, Outcome.REJECTED])
@pytest.mark.parametrize("votes", ["AAAAAAAA", "--------", "AAA-----"])
def test_without_a_vote_cast_the_file_is_deferred(majority, tie_outcome, votes):
    rules = VotingRules(majority=majority, tie_outcome=tie_outcome)
    assert tally(ballot("ABCDEFGH", votes), rules).outcome is Outcome.DEFERRED


def test_majority_of_present_counts_those_represented():
    facts = ballot("ABCDEF", "PPPPCCCA", proxies=["GB", "HC"])
    assert tally(facts, VotingRules(majority=Majority.PRESENT)).outcome is Outcome.REJECTED


def test_majority_of_seats_counts_the_recused_ones():
    facts = ballot("ABCDEFGH", "PPPPP", recused="FGH")
    assert tally(facts, VotingRules(majority=Majority.SEATS)).outcome is Outcome.REJECTED


# Ties


@pytest.mark.parametrize("tie_outcome", [Outcome.DEFERRED, Outcome.REJECTED])
@pytest.mark.parametrize(
    ("facts", "casting_vote"),
    [
        pytest.param(ballot("ABCDEFGH", "PPPPCCCC"), False, id="no casting vote"),
        pytest.param(ballot("ABCDEFGHI", "APPPPCCCC"), True, id="the president abstains"),
        pytest.param(ballot("ABCDEFGHI", "-PPPPCCCC"), True, id="the president does not vote"),
        pytest.param(
            replace(
                ballot("ABCDEFGHI", "PPPPCCCC", recused="A"),
                votes={
                    s: CHOICES[v] for s, v in zip("ABCDEFGHI", "PPPPPCCCC", strict=True)
                },
            ),
            True,
            id="the president is recused",
        ),
        pytest.param(ballot("BCDEFGHI", "PPPPCCCC"), True, id="the president is away"),
        pytest.param(
            ballot("BCDEFGH", "PPPPCCCC", proxies=["AB"]), True, id="the president is represented"
        ),
        pytest.param(ballot("ABCDEFGH", "PPPPCCCC", chair="Z"), True, id="the chair has no seat"),
        pytest.param(secret_ballot("ABCDEFGH", "PPPPCCCC"), True, id="the ballot is secret"),
    ],
)  # fmt: skip
def test_a_tie_without_casting_vote(facts, casting_vote, tie_outcome):
    result = tally(facts, VotingRules(casting_vote=casting_vote, tie_outcome=tie_outcome))
    assert counts(result)[:2] == (4, 4)
    expected = Outcome.DEFERRED if casting_vote else tie_outcome
    assert (result.outcome, result.by_casting_vote) == (expected, False)


@pytest.mark.parametrize(
    ("majority", "votes", "outcome", "by_casting_vote"),
    [
        (Majority.PRESENT, "PPPPCCCC", Outcome.APPROVED, True),
        (Majority.PRESENT, "CPPPCCPC", Outcome.REJECTED, True),
        (Majority.PRESENT, "PPPCCCAA", Outcome.REJECTED, False),
        (Majority.SEATS, "PPPPCCCC", Outcome.REJECTED, False),
        (Majority.TWO_THIRDS, "PPPPCCCC", Outcome.REJECTED, False),
        (Majority.UNANIMITY, "PPPPCCCC", Outcome.REJECTED, False),
        # With the chair's counted twice, two votes in three.
        (Majority.TWO_THIRDS, "PCAAAAAA", Outcome.REJECTED, False),
        (Majority.UNANIMITY, "PCAAAAAA", Outcome.REJECTED, False),
        (Majority.CAST, "PCAAAAAA", Outcome.APPROVED, True),
    ],
)
def test_casting_vote_only_tips_an_exact_balance(majority, votes, outcome, by_casting_vote):
    result = tally(ballot("ABCDEFGH", votes), VotingRules(majority=majority))
    assert (result.outcome, result.by_casting_vote) == (outcome, by_casting_vote)


@pytest.mark.parametrize(
    ("majority", "seats", "votes", "is_tie"),
    [
        (Majority.PRESENT, "ABCDEFGH", "PPPPCCCC", True),
        (Majority.PRESENT, "ABCDEFGHI", "PPPPCCCCA", True),
        (Majority.PRESENT, "ABCDEFGH", "PPPCCCAA", False),
        (Majority.SEATS, "ABCDEFGH", "PPPPCCCC", True),
        (Majority.SEATS, "ABCDEFGHI", "PPPPCCCC-", True),
        (Majority.SEATS, "ABCDEFGHIJ", "PPPPCCCCA-", False),
        (Majority.TWO_THIRDS, "ABCD", "PPCC", False),
        (Majority.UNANIMITY, "ABCD", "PPCC", False),
    ],
)
def test_equal_votes_two_short_of_the_majority_are_a_refusal_and_no_tie(
    majority, seats, votes, is_tie
):
    """ADR 11, with a chair who casts, and without as the committee chose."""
    facts = ballot(seats, votes, seats=seats)
    cast = tally(facts, VotingRules(majority=majority))
    assert cast.by_casting_vote is is_tie
    assert cast.outcome is (Outcome.APPROVED if is_tie else Outcome.REJECTED)
    for tie_outcome in (Outcome.DEFERRED, Outcome.REJECTED):
        rules = VotingRules(majority=majority, casting_vote=False, tie_outcome=tie_outcome)
        assert tally(facts, rules).outcome is (tie_outcome if is_tie else Outcome.REJECTED)


def test_casting_vote_cannot_replace_a_missing_quorum():
    result = tally(ballot("ABCD", "PPCC"))
    assert (result.outcome, result.by_casting_vote) == (Outcome.NO_QUORUM, False)


# Secret ballots


def test_secret_ballot_is_counted_without_names():
    result = tally(secret_ballot("ABCDEFGH", "PPPPCCA"))
    assert counts(result) == (4, 2, 1, 1)
    assert result.outcome is Outcome.APPROVED


def test_secret_ballot_leaves_named_votes_out():
    facts = replace(secret_ballot("ABCDEF", "PPCCCA"), votes={"A": Choice.FOR, "B": Choice.FOR})
    result = tally(facts)
    assert counts(result) == (2, 3, 1, 0)
    assert result.outcome is Outcome.REJECTED
    assert result.ignored_votes == ("A", "B")


def test_named_ballot_leaves_secret_votes_out():
    facts = replace(ballot("ABCDEF", "CCCCPP"), secret_votes=(Choice.FOR,) * 6)
    assert counts(tally(facts)) == (2, 4, 0, 0)


def test_secret_ballot_with_more_ballots_than_voters_decides_nothing():
    result = tally(secret_ballot("ABCDEF", "PPPPPCC"))
    assert counts(result) == (5, 2, 0, 0)
    assert result.outcome is Outcome.DEFERRED
