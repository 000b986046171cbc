"""Schedules T01 to T03 of funds.md, refusals, and what holds for every schedule."""

from calendar import monthrange
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funds.rules import (
    Installment,
    build_schedule,
    check_irregular_schedule,
    spread_tranche,
)


def due_dates(**terms):
    return [line.due_on for line in build_schedule(**{"amount": 1_000_000, **terms})]


def test_t01_ten_thousand_over_36_months():
    schedule = build_schedule(amount=1_000_000, lines=36, disbursed_on=date(2027, 1, 15))
    assert [line.rank for line in schedule] == list(range(1, 37))
    assert [line.amount for line in schedule] == [27_777] * 35 + [27_805]
    assert schedule[0] == Installment(1, date(2027, 2, 15), 27_777)
    assert schedule[-1] == Installment(36, date(2030, 1, 15), 27_805)


@pytest.mark.parametrize(
    ("unit", "base", "last"), [(1, 27_777, 27_805), (100, 27_700, 30_500), (1000, 27_000, 55_000)]
)
def test_t01_rounding_unit(unit, base, last):
    schedule = build_schedule(
        amount=1_000_000, lines=36, disbursed_on=date(2027, 1, 15), rounding_unit=unit
    )
    assert [line.amount for line in schedule] == [base] * 35 + [last]


@pytest.mark.parametrize(
    ("disbursed_on", "expected"),
    [
        ("2027-01-31", ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31", "2027-06-30"]),
        ("2027-03-30", ["2027-04-30", "2027-05-30", "2027-06-30", "2027-07-30", "2027-08-30"]),
        ("2027-01-30", ["2027-02-28", "2027-03-30", "2027-04-30", "2027-05-30", "2027-06-30"]),
        ("2027-12-31", ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]),
        ("2028-02-29", ["2028-03-29", "2028-04-29", "2028-05-29", "2028-06-29", "2028-07-29"]),
    ],
)
def test_t02_month_ends_do_not_drift(disbursed_on, expected):
    dates = due_dates(lines=5, disbursed_on=date.fromisoformat(disbursed_on))
    assert [day.isoformat() for day in dates] == expected


def test_t02_leap_years():
    dates = due_dates(lines=14, disbursed_on=date(2027, 12, 31))
    assert (dates[1], dates[13]) == (date(2028, 2, 29), date(2029, 2, 28))


def test_t03_grace():
    schedule = build_schedule(
        amount=2_000_000, lines=30, grace_months=6, disbursed_on=date(2027, 1, 15)
    )
    assert [line.amount for line in schedule] == [66_666] * 29 + [66_686]
    assert (schedule[0].due_on, schedule[-1].due_on) == (date(2027, 8, 15), date(2030, 1, 15))


def test_t03_quarters_after_a_grace():
    schedule = build_schedule(
        amount=3_000_000, lines=8, step_months=3, grace_months=3, disbursed_on=date(2027, 1, 31)
    )
    assert [line.amount for line in schedule] == [375_000] * 8
    assert [line.due_on.isoformat() for line in schedule] == [
        "2027-07-31", "2027-10-31", "2028-01-31", "2028-04-30",
        "2028-07-31", "2028-10-31", "2029-01-31", "2029-04-30",
    ]  # fmt: skip


def test_half_years():
    assert due_dates(lines=3, step_months=6, disbursed_on=date(2027, 8, 31)) == [
        date(2028, 2, 29), date(2028, 8, 31), date(2029, 2, 28),
    ]  # fmt: skip


def test_the_first_due_date_gives_the_day_and_the_grace_the_month():
    """« anchor_day = day(first due date if given) », « month(d0) + g + p*k »."""
    terms = {"lines": 3, "disbursed_on": date(2027, 1, 15), "grace_months": 6}
    wanted = [date(2027, 8, 5), date(2027, 9, 5), date(2027, 10, 5)]
    for first_due_on in (date(2027, 8, 5), date(2027, 11, 5)):
        assert due_dates(first_due_on=first_due_on, **terms) == wanted
    assert due_dates(first_due_on=date(2027, 8, 31), **terms) == [
        date(2027, 8, 31), date(2027, 9, 30), date(2027, 10, 31),
    ]  # fmt: skip
    quarters = {"lines": 3, "step_months": 3, "disbursed_on": date(2027, 8, 5)}
    assert due_dates(first_due_on=date(2027, 11, 30), **quarters) == [
        date(2027, 11, 30), date(2028, 2, 29), date(2028, 5, 30),
    ]  # fmt: skip
    short = {"lines": 2, "disbursed_on": date(2027, 2, 10), "grace_months": 11}
    assert due_dates(first_due_on=date(2027, 3, 31), **short) == [
        date(2028, 2, 29), date(2028, 3, 31),
    ]  # fmt: skip


def test_the_longest_plans():
    """Fifty years of monthly lines, or a last line in the last month that a date may have."""
    assert len(due_dates(lines=600, disbursed_on=date(2027, 1, 15))) == 600
    last = date(2200, 12, 31)
    assert due_dates(lines=12, disbursed_on=date(2199, 12, 31))[-1] == last
    assert due_dates(lines=12, disbursed_on=date(2199, 1, 31), grace_months=11)[-1] == last
    first = {"disbursed_on": date(2199, 12, 1), "first_due_on": date(2200, 1, 31)}
    assert due_dates(lines=12, **first)[-1] == last


def test_one_line_takes_all():
    assert build_schedule(amount=1, lines=1, disbursed_on=date(2027, 1, 15)) == (
        Installment(1, date(2027, 2, 15), 1),
    )


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        ({"amount": 10_000.5}, "Le montant à rembourser est un nombre entier de centimes."),
        ({"amount": "1000000"}, "Le montant à rembourser est un nombre entier de centimes."),
        *(
            (terms, "Les échéances, leur pas, le différé et l'arrondi sont des entiers.")
            for terms in (
                {"lines": 36.0},
                {"grace_months": 1.5},
                {"step_months": 3.0},
                {"rounding_unit": 100.0},
            )
        ),
        ({"lines": 601}, "L'échéancier compte 600 échéances au plus."),
        ({"lines": 100_000}, "L'échéancier compte 600 échéances au plus."),
        (
            {"disbursed_on": date(9999, 12, 31)},
            "La dernière échéance ne peut pas dépasser l'année 2200.",
        ),
        ({"grace_months": 100_000}, "La dernière échéance ne peut pas dépasser l'année 2200."),
        ({"amount": 0}, "Le montant à rembourser doit être positif."),
        ({"amount": -100}, "Le montant à rembourser doit être positif."),
        ({"lines": 0}, "L'échéancier doit compter au moins une échéance."),
        ({"step_months": 2}, "Les échéances sont mensuelles, trimestrielles ou semestrielles."),
        ({"grace_months": -1}, "Le différé ne peut pas être négatif."),
        (
            {"rounding_unit": 50},
            "L'arrondi se fait au centime, à l'euro ou à la dizaine d'euros.",
        ),
        (
            {"amount": 35_999, "lines": 36, "rounding_unit": 1000},
            "359,99 € ne peuvent pas se partager en 36 échéances arrondies à 10 €.",
        ),
        (
            {"amount": 35, "lines": 36},
            "0,35 € ne peuvent pas se partager en 36 échéances arrondies à 0,01 €.",
        ),
    ],
)
def test_build_schedule_refuses(terms, reason):
    usual = {"amount": 1_000_000, "lines": 12, "disbursed_on": date(2027, 1, 15)}
    with pytest.raises(ValueError) as refusal:
        build_schedule(**{**usual, **terms})
    assert str(refusal.value).replace("\u00a0", " ") == reason


@pytest.mark.parametrize(
    ("amount", "unit", "first", "last"),
    [
        (1_000_000, 1000, 66_000, 86_000),
        (1_000_000, 1, 66_333, 76_343),
        (29_000, 1000, 33_966, 43_986),
    ],
)
def test_a_tranche_is_rounded_as_the_first_payment_was(amount, unit, first, last):
    """The rest goes to the last date; less than a unit for each is shared in cents."""
    terms = {"lines": 30, "disbursed_on": date(2027, 1, 15), "rounding_unit": 1000}
    unpaid = build_schedule(amount=1_000_000, **terms)
    spread = spread_tranche(
        amount=amount,
        unpaid=unpaid,
        dates=[line.due_on for line in unpaid],
        disbursed_on=date(2027, 1, 20),
        rounding_unit=unit,
    )
    assert [line.due_on for line in spread] == [line.due_on for line in unpaid]
    assert [line.amount for line in spread] == [first] * 29 + [last]


@given(
    lines=st.integers(1, 60),
    base=st.integers(1, 100_000),
    rest=st.integers(0, 10**6),
    unit=st.sampled_from([1, 100, 1000]),
    step=st.sampled_from([1, 3, 6]),
    grace=st.integers(0, 24),
    disbursed_on=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
)
def test_every_schedule_repays_the_amount_at_the_anchor_day(
    lines, base, rest, unit, step, grace, disbursed_on
):
    amount = lines * unit * base + rest % (lines * unit)
    schedule = build_schedule(
        amount=amount,
        lines=lines,
        disbursed_on=disbursed_on,
        step_months=step,
        grace_months=grace,
        rounding_unit=unit,
    )
    *equal, last = [line.amount for line in schedule]
    assert len(schedule) == lines
    assert sum(equal) + last == amount
    assert set(equal) <= {unit * base}
    assert unit * base <= last < unit * base + lines * unit
    assert all(before.due_on < after.due_on for before, after in pairwise(schedule))
    for line in schedule:
        due = line.due_on
        assert due.day == min(disbursed_on.day, monthrange(due.year, due.month)[1])
        assert (due.year - disbursed_on.year) * 12 + due.month - disbursed_on.month == (
            grace + step * line.rank
        )


ROWS = [(date(2027, 2, 1), 300), (date(2027, 2, 15), 500), (date(2028, 1, 1), 200)]


def test_an_irregular_schedule_is_kept_as_typed():
    assert check_irregular_schedule(amount=1000, rows=ROWS) == (
        Installment(1, date(2027, 2, 1), 300),
        Installment(2, date(2027, 2, 15), 500),
        Installment(3, date(2028, 1, 1), 200),
    )


@pytest.mark.parametrize(
    ("amount", "rows", "reason"),
    [
        (1000, [], "L'échéancier doit compter au moins une échéance."),
        (1000, ROWS[:1] * 601, "L'échéancier compte 600 échéances au plus."),
        (
            1000,
            [*ROWS[:2], (date(2028, 1, 1), 200.0)],
            "Échéance 3 : le montant est un nombre entier de centimes.",
        ),
        (1000, [*ROWS[:2], (date(2028, 1, 1), 0)], "Échéance 3 : le montant doit être positif."),
        (1000, [(date(2027, 1, 1), -5), *ROWS], "Échéance 1 : le montant doit être positif."),
        (
            1000,
            [ROWS[1], ROWS[0], ROWS[2]],
            "Échéance 2 : la date doit être postérieure à celle de la précédente.",
        ),
        (
            1000,
            [ROWS[0], ROWS[0]],
            "Échéance 2 : la date doit être postérieure à celle de la précédente.",
        ),
        (1001, ROWS, "Les échéances totalisent 10 € au lieu de 10,01 €."),
        (999, ROWS, "Les échéances totalisent 10 € au lieu de 9,99 €."),
    ],
)
def test_an_irregular_schedule_is_refused(amount, rows, reason):
    with pytest.raises(ValueError) as refusal:
        check_irregular_schedule(amount=amount, rows=rows)
    assert str(refusal.value).replace("\u00a0", " ") == reason
