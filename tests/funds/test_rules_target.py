from datetime import date, timedelta

import pytest

from funds.rules import is_target_closed, next_target_day


def test_closings_of_the_week_days_of_four_years():
    days = (date(2025, 1, 1) + timedelta(days=n) for n in range(4 * 365 + 1))
    assert [day.isoformat() for day in days if day.weekday() < 5 and is_target_closed(day)] == [
        "2025-01-01", "2025-04-18", "2025-04-21", "2025-05-01", "2025-12-25", "2025-12-26",
        "2026-01-01", "2026-04-03", "2026-04-06", "2026-05-01", "2026-12-25",
        "2027-01-01", "2027-03-26", "2027-03-29",
        "2028-04-14", "2028-04-17", "2028-05-01", "2028-12-25", "2028-12-26",
    ]  # fmt: skip


def test_week_ends_are_closed_and_french_holidays_are_not():
    assert is_target_closed(date(2027, 2, 27))
    assert is_target_closed(date(2027, 2, 28))
    assert not is_target_closed(date(2027, 7, 14))


@pytest.mark.parametrize(
    ("due", "settled"),
    [
        (date(2027, 2, 28), date(2027, 3, 1)),  # Sunday
        (date(2027, 3, 26), date(2027, 3, 30)),  # Good Friday
        (date(2027, 12, 25), date(2027, 12, 27)),  # Saturday, then 26 December
        (date(2027, 12, 31), date(2027, 12, 31)),
        (date(2027, 3, 15), date(2027, 3, 15)),  # an open day settles itself
    ],
)
def test_next_target_day(due, settled):
    assert next_target_day(due) == settled
