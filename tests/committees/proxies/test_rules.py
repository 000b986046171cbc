"""Who may give a proxy and hold one, whatever the order things come in (voting.md 5.3)."""

import random
from collections import Counter

import pytest

from committees.rules import BallotFacts, VotingRules, tally
from committees.rules.proxies import Given, busiest, meet, why_not_give, why_not_hold

FILES = (1, 2, 3)


def test_the_whole_meeting_meets_every_file():
    assert all(meet(one, other) for one, other in ((None, 1), (1, None), (None, None), (1, 1)))
    assert not meet(1, 2)


class TestGive:
    def test_once_for_the_same_thing(self):
        live = [Given(giver=1, holder=2)]
        assert "pour la séance" in why_not_give(1, None, live)
        assert why_not_give(1, 3, live) == ""
        assert "pour ce dossier" in why_not_give(1, 3, [Given(giver=1, holder=2, file=3)])

    @pytest.mark.parametrize(("file", "refused"), [(None, True), (1, True), (2, False)])
    def test_never_by_a_holder_of_the_same_file(self, file, refused):
        live = [Given(giver=9, holder=1, file=1, accepted=True)]
        assert bool(why_not_give(1, file, live)) is refused

    def test_one_not_yet_accepted_does_not_bind(self):
        assert why_not_give(1, None, [Given(giver=9, holder=1)]) == ""


class TestHold:
    def test_never_by_who_gave(self):
        live = [Given(giver=1, holder=2, file=1)]
        assert "a donné pouvoir" in why_not_hold(1, None, live, maximum=2)
        assert why_not_hold(1, 2, live, maximum=2) == ""

    def test_up_to_the_maximum(self):
        live = [Given(giver=1, holder=5)]
        assert "le maximum" in why_not_hold(5, None, live, maximum=1)
        assert why_not_hold(5, None, live, maximum=2) == ""

    def test_the_maximum_is_that_of_a_file(self):
        live = [Given(giver=1, holder=5, file=1), Given(giver=2, holder=5, file=2)]
        assert why_not_hold(5, 3, live, maximum=1) == ""
        assert why_not_hold(5, None, live, maximum=2) == ""
        assert "1 pouvoir," in why_not_hold(5, None, live, maximum=1)

    def test_nobody_holds_where_the_maximum_is_nought(self):
        assert why_not_hold(5, None, [], maximum=0)

    def test_the_busiest_file(self):
        received = [Given(giver=1, holder=5), Given(giver=2, holder=5, file=1)]
        assert busiest(received, None) == 2
        assert busiest(received, 1) == 2
        assert busiest(received[:1], 2) == 1


@pytest.mark.parametrize("seed", range(200))
def test_whatever_was_let_through_the_tally_counts(seed):
    """Proxies given and accepted at random: no chain, no surplus, and none that is ignored."""
    chance = random.Random(seed)
    maximum = chance.choice((1, 2))
    live: list[Given] = []
    for _ in range(25):
        giver, holder = chance.sample(range(1, 8), 2)
        file = chance.choice((None, *FILES))
        if not why_not_give(giver, file, live) and not why_not_hold(
            holder, file, live, maximum=maximum
        ):
            live.append(Given(giver=giver, holder=holder, file=file, accepted=True))
    for file in FILES:
        own = [one for one in live if one.file == file]
        whole = [one for one in live if one.file is None]
        replaced = {one.giver for one in own}
        held = [*own, *(one for one in whole if one.giver not in replaced)]
        givers, holders = {one.giver for one in held}, Counter(one.holder for one in held)
        assert len(givers) == len(held)
        assert not givers & holders.keys()
        assert max(holders.values(), default=0) <= maximum
        counted = tally(
            BallotFacts(
                seats=frozenset(map(str, range(1, 8))),
                chair="1",
                present=frozenset(str(seat) for seat in range(1, 8) if seat not in givers),
                proxies=tuple((str(one.giver), str(one.holder)) for one in held),
            ),
            VotingRules(max_proxies=maximum, floor=0),
        )
        assert counted.ignored_proxies == ()
