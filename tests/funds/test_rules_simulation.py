"""The fund month by month: section 4 of funds.md, its acceptance figures and its identity."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from funds.rules import (
    Cruise,
    Demand,
    Policy,
    Start,
    at_cruise,
    chances,
    exhausted,
    lowest,
    minimal_fund,
    months_ahead,
    months_out,
)
from funds.rules.chances import _coming, _World

THREE_YEARS, TWENTY_YEARS = 36, 240


def policy(**changes) -> Policy:
    """Savoie 2017: 220 k€ a year in five meetings, 6 + 30 months, 4 % lost."""
    savoie = {
        "yearly_advances": 22_000_000,
        "meetings_per_year": 5,
        "grace_months": 6,
        "lines": 30,
        "loss_rate": Decimal("0.04"),
    }
    return Policy(**savoie | changes)


def euros(cents: int) -> int:
    return (cents + 50) // 100


@pytest.mark.parametrize(
    ("grace", "lines", "months", "loss_rate", "needed"),
    [
        (0, 24, "12.5", "0.02", 264_367),
        (0, 24, "12.5", "0.04", 277_567),
        (0, 36, "18.5", "0.06", 400_767),
        (6, 30, "21.5", "0.02", 429_367),
        (6, 30, "21.5", "0.04", 442_567),
        (6, 30, "21.5", "0.10", 482_167),
        (6, 36, "24.5", "0.04", 497_567),
        (6, 42, "27.5", "0.06", 565_767),
        (12, 36, "30.5", "0.10", 647_167),
    ],
)
def test_the_minimal_fund_of_the_published_table(grace, lines, months, loss_rate, needed):
    assert months_out(grace_months=grace, lines=lines) == Fraction(months)
    fund = minimal_fund(
        yearly_advances=22_000_000,
        grace_months=grace,
        lines=lines,
        loss_rate=Decimal(loss_rate),
        horizon_years=3,
        meetings_per_year=5,
    )
    assert euros(fund) == needed


@pytest.mark.parametrize(("fund", "least"), [(450_000, 17_333), (400_000, -32_667)])
def test_the_lowest_point_at_cruise(fund, least):
    start = at_cruise(policy(), fund=fund * 100)
    low = lowest(months_ahead(policy(), start, months=THREE_YEARS))
    assert (euros(low.cash), low.number) == (least, 29)


def test_a_fund_without_fresh_money_runs_dry_and_what_it_loses_makes_it_last():
    start = at_cruise(policy(), fund=45_000_000)
    dry = exhausted(months_ahead(policy(), start, months=TWENTY_YEARS))
    assert dry.number == 53
    assert exhausted(months_ahead(policy(), start, months=THREE_YEARS)) is None
    fed = policy(fresh=880_000)
    run = months_ahead(fed, start, months=TWENTY_YEARS)
    assert exhausted(run) is None
    assert euros(lowest(run).cash) == 34_933


def test_money_given_back_weighs_as_much_as_fresh_money():
    start = at_cruise(policy(), fund=45_000_000)
    even = policy(fresh=3_000_000, restituted=3_000_000)
    assert months_ahead(even, start, months=40) == months_ahead(policy(), start, months=40)
    given = months_ahead(policy(restituted=1_000_000), start, months=12)
    assert [month.added for month in given] == [0] * 11 + [-1_000_000]


@pytest.mark.parametrize("seed", range(20))
def test_the_identity_holds_to_the_cent_at_each_month(seed):
    rng = Random(seed)
    some = policy(
        yearly_advances=rng.randrange(50_000_000),
        meetings_per_year=rng.randint(1, 12),
        grace_months=rng.randint(0, 12),
        lines=rng.randint(1, 60),
        loss_rate=Decimal(rng.randrange(300)) / 1000,
        fresh=rng.randrange(2_000_000),
        restituted=rng.randrange(2_000_000),
    )
    start = at_cruise(some, fund=rng.randrange(80_000_000))
    start = Start(start.cash + 700, (*start.running, ((2, 300), (90, 400))), to_pay=700)
    given = start.cash + start.stock
    for month in months_ahead(some, start, months=48):
        given += month.added
        assert month.cash + month.stock + month.losses == given
    owed = Start(0, start.running, start.to_pay)
    last = months_ahead(policy(yearly_advances=0), owed, months=100)[-1]
    assert last.stock == 0
    assert last.cash + last.losses == owed.stock


def test_twelve_meetings_or_one_share_the_same_year():
    for meetings in range(1, 13):
        some = policy(meetings_per_year=meetings, yearly_advances=22_000_001)
        assert sum(some.granted_by_month) == 22_000_001
        assert sum(map(bool, some.granted_by_month)) == meetings
    assert policy().meeting_months == (0, 3, 5, 8, 10)


@pytest.mark.parametrize(
    ("demand", "needed", "waiting", "wait"),
    [
        (Demand.FIXED, (444_675, 466_341, 486_539), "7.2", "1.4"),
        (Demand.POISSON, (501_256, 569_729, 635_619), "35.1", "3.7"),
    ],
)
def test_two_thousand_futures_say_what_the_specification_measured(demand, needed, waiting, wait):
    found = chances(policy(), Cruise(45_000_000), months=THREE_YEARS, seed=2017, demand=demand)
    for ours, theirs in zip(found.needed, needed, strict=True):
        assert abs(ours / 100 / theirs - 1) < 0.015
    assert abs(found.waiting_share - Decimal(waiting)) < Decimal("1.6")
    assert abs(found.mean_wait - Decimal(wait)) < Decimal("0.2")


def test_a_quarterly_fund_is_out_longer_and_is_drawn_line_by_line():
    assert months_out(grace_months=3, lines=8, step_months=3) == Fraction(33, 2)
    quarterly = policy(step_months=3, lines=8, grace_months=3)
    assert [month for month, _ in quarterly.dues_of(800, month=2)] == list(range(8, 32, 3))
    assert months_ahead(quarterly, at_cruise(quarterly, fund=45_000_000), months=60)[-1].stock > 0
    world = _World(quarterly, Start(cash=90_000_000), months=24, demand=Demand.FIXED)
    run = world.draw(Random(1))
    brought = [0] * 24
    for month, line, kept in run.asked:
        for rank in range(kept):
            due = month + 6 + 3 * rank
            if due < 24:
                brought[due] += line
    assert list(_coming(run.received, 3))[:24] == brought
    assert sum(brought)
    lent = sum(line * 8 for _, line, _ in run.asked)
    assert run.curve[23] == 90_000_000 - lent + sum(brought)
    sure = policy(step_months=3, lines=8, grace_months=3, loss_rate=Decimal(0))
    drawn = _World(sure, Cruise(45_000_000), months=40, demand=Demand.FIXED).draw(Random(2))
    # Nobody fails: what was out at the start has come back, and all that was lent since is known.
    back = sum(
        line
        for month, line, kept in drawn.asked
        for rank in range(kept)
        if month + 6 + 3 * rank < 40
    )
    assert drawn.curve[39] == 45_000_000 - sum(line * 8 for _, line, _ in drawn.asked) + back


def test_the_same_seed_gives_the_same_curve_and_another_one_another():
    start = at_cruise(policy(), fund=45_000_000)
    one, same, other = (
        chances(policy(), start, months=24, seed=seed, runs=50) for seed in (1, 1, 2)
    )
    assert one == same
    assert one.bands != other.bands


def test_bands_hold_each_other_and_what_is_expected():
    start = at_cruise(policy(), fund=45_000_000)
    run = months_ahead(policy(), start, months=THREE_YEARS)
    found = chances(policy(), start, months=THREE_YEARS, seed=1, runs=400)
    assert len(found.bands) == THREE_YEARS
    for month, (widest, middle, narrow) in zip(run, found.bands, strict=True):
        assert widest[0] <= middle[0] <= narrow[0] <= narrow[1] <= middle[1] <= widest[1]
        assert middle[0] <= month.cash <= middle[1]


def test_nothing_is_lost_at_random_without_a_loss_rate_nor_asked_without_advances():
    still = policy(yearly_advances=0, loss_rate=Decimal(0))
    start = Start(1_000_00, (((0, 50_00), (3, 50_00), (99, 1)),), to_pay=300_00)
    run = months_ahead(still, start, months=12)
    found = chances(still, start, months=12, seed=1, runs=3, demand=Demand.POISSON)
    assert [band for month in found.bands for band in month] == [
        (month.cash, month.cash) for month in run for _ in range(3)
    ]
    assert [month.cash for month in run][:4] == [750_00, 750_00, 750_00, 800_00]
    assert (found.files, found.waiting_share, found.mean_wait) == (0, 0, 0)


def test_files_wait_for_the_cash_in_their_turn():
    poor = policy(loss_rate=Decimal(0))
    found = chances(poor, Start(cash=0), months=12, seed=1, runs=20)
    assert (found.files, found.waiting, found.waiting_share) == (200, 200, 100)
    assert found.mean_wait == Decimal("6.8")  # 12, 9, 7, 4 and 2 months
    rich = chances(poor, Start(cash=100_000_000), months=12, seed=1, runs=20)
    assert rich.waiting == 0
