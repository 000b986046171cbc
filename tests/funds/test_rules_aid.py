"""De minimis aid: T14 of funds.md."""

from datetime import date
from decimal import Decimal

import pytest

from funds.rules import Installment, build_schedule, de_minimis_room, gross_grant_equivalent

T14 = [(date(2024, 1, 30), 10_000_000), (date(2025, 6, 1), 15_000_000)]


@pytest.mark.parametrize(
    ("on", "room"),
    [
        (date(2024, 1, 29), 30_000_000),
        (date(2024, 1, 30), 20_000_000),
        (date(2027, 1, 29), 5_000_000),
        (date(2027, 1, 30), 15_000_000),
        (date(2028, 5, 31), 15_000_000),
        (date(2028, 6, 1), 30_000_000),
    ],
)
def test_t14_room_over_three_rolling_years(on, room):
    assert de_minimis_room(grants=T14, on=on) == room


def test_room_is_negative_when_the_ceiling_is_exceeded():
    assert de_minimis_room(grants=T14, on=date(2026, 1, 1), ceiling=20_000_000) == -5_000_000


@pytest.mark.parametrize(("on", "counts"), [(date(2027, 2, 28), True), (date(2027, 3, 1), False)])
def test_room_after_a_leap_day(on, counts):
    room = de_minimis_room(grants=[(date(2024, 2, 29), 100)], on=on, ceiling=1000)
    assert room == (900 if counts else 1000)


def test_t14_grant_equivalent():
    lines = build_schedule(
        amount=2_000_000, lines=30, grace_months=6, disbursed_on=date(2027, 1, 15)
    )
    found = gross_grant_equivalent(
        lines=lines, granted_on=date(2027, 1, 15), rate=Decimal("0.0620")
    )
    assert found == 202_661


def test_grant_equivalent_of_one_year():
    lines = [Installment(1, date(2028, 1, 15), 110_000)]
    granted_on = date(2027, 1, 15)
    assert gross_grant_equivalent(lines=lines, granted_on=granted_on, rate=Decimal("0.1")) == 10_000
    assert gross_grant_equivalent(lines=lines, granted_on=granted_on, rate=Decimal(0)) == 0
    assert gross_grant_equivalent(lines=[], granted_on=granted_on, rate=Decimal("0.1")) == 0
