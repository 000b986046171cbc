"""Risk, delays, provisions, losses and sharing of a fund: T11 of funds.md and its tables."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from funds.rules import (
    Position,
    PositionStatus,
    ageing,
    loss_rate,
    portfolio_at_risk,
    provision,
    split_on_lines,
)


def advance(outstanding, days_late=0, *, restructured=False):
    return Position(
        disbursed=outstanding,
        repaid=0,
        overpaid=0,
        written_off=0,
        recovered=0,
        outstanding=outstanding,
        arrears=0,
        days_late=days_late,
        status=PositionStatus.CURRENT,
        next_due=None,
        version=1,
        restructured=restructured,
        unpaid_lines=(),
    )


T11 = [
    advance(1_000_000),
    advance(600_000, 45),
    advance(400_000, 120),
    advance(500_000, restructured=True),
]


@pytest.mark.parametrize(
    ("days", "with_restructured", "expected"),
    [(30, False, "40.00"), (90, False, "16.00"), (30, True, "60.00"), (90, True, "36.00")],
)
def test_t11_portfolio_at_risk(days, with_restructured, expected):
    found = portfolio_at_risk(T11, days=days, with_restructured=with_restructured)
    assert str(found) == expected


def test_portfolio_at_risk_starts_after_the_days():
    assert portfolio_at_risk([advance(100, 30)], days=30) == 0
    assert portfolio_at_risk([advance(100, 31)], days=30) == 100


def test_portfolio_at_risk_counts_a_late_restructured_advance_once():
    book = [advance(100, 60, restructured=True)]
    assert portfolio_at_risk(book, days=30, with_restructured=True) == 100


def test_portfolio_at_risk_rounds_half_up():
    assert str(portfolio_at_risk([advance(1, 31), advance(2)], days=30)) == "33.33"
    assert str(portfolio_at_risk([advance(1, 31), advance(7_999)], days=30)) == "0.01"
    assert str(portfolio_at_risk([advance(1, 31), advance(39_999)], days=30)) == "0.00"
    assert str(portfolio_at_risk([advance(1, 31), advance(19_999)], days=30)) == "0.01"


@pytest.mark.parametrize("book", [[], [advance(0, 200)]])
def test_an_empty_portfolio_is_not_at_risk(book):
    assert str(portfolio_at_risk(book, days=30)) == "0.00"
    assert provision(book) == 0


def test_t11_provision():
    assert provision(T11) == 450_000


def test_t11_by_age_of_delay():
    found = ageing([*T11, advance(0, 200)])
    assert [bucket.count for bucket in found] == [2, 0, 1, 0, 1, 0]
    assert [bucket.outstanding for bucket in found] == [1_500_000, 0, 600_000, 0, 400_000, 0]
    assert [bucket.provision for bucket in found] == [0, 0, 150_000, 0, 300_000, 0]


@pytest.mark.parametrize(
    ("days", "rank"),
    [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (180, 4), (181, 5)],
)
def test_a_delay_has_its_bucket(days, rank):
    assert [bucket.count for bucket in ageing([advance(100, days)])].index(1) == rank


def test_losses_are_counted_on_the_sums_lent():
    assert str(loss_rate(lost=400, lent=10_000)) == "4.00"
    assert str(loss_rate(lost=1, lent=30_000)) == "0.00"
    assert str(loss_rate(lost=0, lent=0)) == "0.00"


@pytest.mark.parametrize(
    ("days_late", "per_cent"),
    [
        (0, 0), (1, 0), (30, 0), (31, 25), (60, 25), (61, 50),
        (90, 50), (91, 75), (180, 75), (181, 100), (4_000, 100),
    ],
)  # fmt: skip
def test_provision_buckets(days_late, per_cent):
    assert provision([advance(100_000, days_late)]) == per_cent * 1_000


def test_provision_rounds_each_advance_half_up_and_takes_another_matrix():
    assert provision([advance(2, 31), advance(2, 31), advance(1, 31)]) == 2
    assert provision(T11, matrix=((0, 0), (None, 3_333))) == 199_980 + 133_320


@pytest.mark.parametrize(
    ("amount", "weights", "already", "parts"),
    [
        (100, [50, 50], [0, 0], [50, 50]),
        (101, [100, 100], [0, 0], [51, 50]),
        (1, [100, 100], [51, 50], [0, 1]),
        (100, [1, 1, 1], [0, 0, 0], [34, 33, 33]),
        (2_000_000, [50, 30, 20], [0, 0, 0], [1_000_000, 600_000, 400_000]),
        (0, [3, 4], [1, 1], [0, 0]),
        (10, [0, 10], [0, 0], [0, 10]),
        (27_777, [600_000, 400_000], [0, 0], [16_666, 11_111]),
        (1, [1, 1, 1], [0, 0, 3], [1, 0, 0]),
        # Five lines are ahead of their targets; the floors of the two others would ask for 2.
        (1, [91, 68, 3, 3, 1, 3, 2], [82, 61, 3, 3, 1, 3, 2], [0, 1, 0, 0, 0, 0, 0]),
        (7, [5], [0], [7]),
    ],
)
def test_split_on_lines(amount, weights, already, parts):
    assert split_on_lines(amount=amount, weights=weights, already=already) == parts


@pytest.mark.parametrize(
    ("amount", "weights", "already"),
    [
        (-1, [1, 1], [0, 0]),
        (1, [], []),
        (1, [0, 0], [0, 0]),
        (1, [2, -1], [0, 0]),
        (1, [1, 1], [0]),
    ],
)
def test_split_on_lines_refuses_what_cannot_be_shared(amount, weights, already):
    with pytest.raises(ValueError, match=r"lignes? du fonds"):
        split_on_lines(amount=amount, weights=weights, already=already)


@settings(max_examples=500, deadline=None)
@given(data=st.data(), weights=st.lists(st.integers(0, 5_000), min_size=1, max_size=6))
def test_split_after_split_every_line_gets_its_share(data, weights):
    rest = sum(weights)
    if not rest:
        return
    already = [0] * len(weights)
    while rest:
        amount = data.draw(st.integers(1, rest)) if data.draw(st.booleans()) else min(rest, 777)
        parts = split_on_lines(amount=amount, weights=weights, already=already)
        assert sum(parts) == amount
        assert min(parts) >= 0
        already = [got + part for got, part in zip(already, parts, strict=True)]
        assert all(got <= weight for got, weight in zip(already, weights, strict=True))
        rest -= amount
    assert already == weights
