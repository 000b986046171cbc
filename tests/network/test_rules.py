"""What demands attention, and since when."""

from datetime import date

import pytest

from network.rules import Concern, Reason, Situation, concerns, heard, is_silent, pressing

ON = date(2026, 11, 22)


def situation(**fields):
    values = {
        "as_of": ON,
        "heard_on": date(2026, 11, 2),
        "has_operator": True,
        "reviews_late": 0,
        "reviews_late_since": None,
        "convention_ends_on": date(2028, 12, 31),
        "companies": 14,
        "late_loans": 0,
        "arrears_since": None,
        "contested": 0,
        "contested_since": None,
        **fields,
    }
    return Situation(**values)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        (
            {"heard_on": date(2026, 6, 21)},
            [Concern(Reason.NO_MEETING, since=date(2026, 6, 21))],
        ),
        ({"heard_on": date(2026, 6, 22)}, []),
        (
            {"reviews_late": 2, "reviews_late_since": date(2026, 8, 1)},
            [Concern(Reason.FOLLOW_UP, since=date(2026, 8, 1), count=2)],
        ),
        (
            {"late_loans": 1, "arrears_since": date(2026, 9, 1)},
            [Concern(Reason.ARREARS, since=date(2026, 9, 1), count=1)],
        ),
        (
            {"convention_ends_on": date(2027, 8, 21)},
            [Concern(Reason.CONVENTION, until=date(2027, 8, 21))],
        ),
        ({"convention_ends_on": date(2027, 8, 22)}, []),
        ({"convention_ends_on": ON}, [Concern(Reason.CONVENTION, until=ON)]),
        (
            {"convention_ends_on": date(2026, 11, 21)},
            [Concern(Reason.EXPIRED, since=date(2026, 11, 21))],
        ),
        ({"as_of": date(2026, 9, 22)}, [Concern(Reason.STALE, since=date(2026, 9, 22))]),
        (
            {"contested": 2, "contested_since": date(2026, 11, 3)},
            [Concern(Reason.CONTESTED, since=date(2026, 11, 3), count=2)],
        ),
        ({"has_operator": False}, [Concern(Reason.NO_OPERATOR)]),
        ({"convention_ends_on": None, "companies": 0}, []),
        ({"companies": 4}, []),
        ({"companies": 3}, [Concern(Reason.FEW_COMPANIES, count=3)]),
    ],
)
def test_concerns(fields, expected):
    assert concerns(situation(**fields), on=ON) == expected


def test_the_most_pressing_first():
    late = Concern(Reason.FOLLOW_UP, since=date(2026, 1, 1))
    older = Concern(Reason.FOLLOW_UP, since=date(2025, 1, 1))
    expired = Concern(Reason.EXPIRED, since=date(2026, 6, 1))
    found = pressing([("B", late), ("A", late), ("C", older), ("D", expired)])
    assert [name for name, _ in found] == ["D", "C", "A", "B"]


@pytest.mark.parametrize(
    ("met_on", "installed_on", "silent"),
    [
        (None, ON, False),  # installed today, it had no time to meet
        (None, date(2026, 5, 21), True),
        (date(2026, 5, 21), date(2006, 1, 1), True),
        (date(2026, 5, 22), date(2006, 1, 1), False),
        (date(2025, 1, 1), date(2026, 9, 1), False),  # a meeting held before its installation
    ],
)
def test_silence_counts_from_the_installation_at_the_latest(met_on, installed_on, silent):
    since = heard(met_on=met_on, installed_on=installed_on)
    assert is_silent(since, months=6, on=ON) == silent
