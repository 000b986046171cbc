from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alize.common import dates


@pytest.mark.parametrize(
    "text",
    [
        "12/03/2027", "12/3/2027", "12-03-2027", "12.03.2027", " 2027-03-12 ",
        "12 mars 2027", "12  MARS  2027", "12\u00a0mars 2027",
    ],
)  # fmt: skip
def test_parse_french_date_reads_what_people_and_browsers_send(text):
    assert dates.parse_french_date(text) == date(2027, 3, 12)


def test_parse_french_date_reads_the_first_of_the_month_and_missing_accents():
    assert dates.parse_french_date("1er août 2027") == date(2027, 8, 1)
    assert dates.parse_french_date("1er aout 2027") == date(2027, 8, 1)
    assert dates.parse_french_date("29 février 2028") == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Indiquez une date."),
        ("31/02/2027", "Le 31 février n'existe pas."),
        ("2027-02-31", "Le 31 février n'existe pas."),
        ("31 avril 2027", "Le 31 avril n'existe pas."),
        ("29/02/2027", "Le 29 février 2027 n'existe pas."),
        ("0/01/2027", "Le 0 janvier n'existe pas."),
        ("12/13/2027", "Le mois 13 n'existe pas : il va de 1 à 12."),
        ("12/3/27", "Écrivez l'année sur quatre chiffres : 12/03/2027."),
        ("12 mars 27", "Écrivez l'année sur quatre chiffres : 12/03/2027."),
        ("12/03/20277", "Écrivez l'année sur quatre chiffres : 12/03/2027."),
        ("12/03/0027", "L'année 0027 n'est pas plausible : vérifiez la saisie."),
        ("1 brumaire 27", "« 1 brumaire 27 » n'est pas une date : écrivez-la comme 12/03/2027."),
        ("demain", "« demain » n'est pas une date : écrivez-la comme 12/03/2027."),
        ("12/03-2027", "« 12/03-2027 » n'est pas une date : écrivez-la comme 12/03/2027."),
    ],
)  # fmt: skip
def test_parse_french_date_refuses_with_a_clear_sentence(text, reason):
    with pytest.raises(ValueError) as refusal:
        dates.parse_french_date(text)
    assert str(refusal.value).replace("\u00a0", " ") == reason


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2200, 12, 31)))
def test_what_is_written_reads_back(day):
    assert dates.parse_french_date(dates.short_date(day)) == day
    assert dates.parse_french_date(dates.long_date(day).split(" ", 1)[1]) == day
    assert dates.parse_french_date(day.isoformat()) == day


def test_long_and_short_dates():
    assert dates.long_date(date(2027, 3, 12)) == "vendredi 12 mars 2027"
    assert dates.long_date(date(2027, 8, 1)) == "dimanche 1er août 2027"
    assert dates.short_date(date(2027, 3, 1)) == "01/03/2027"
    days = [date(2027, month, 1) for month in (3, 4, 5)]
    assert dates.listed_days(days) == "01/03/2027, du 01/04/2027 et du 01/05/2027"
    assert dates.listed_days(days[:1]) == "01/03/2027"
    assert dates.month_name(12) == "décembre"


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2027, 3, 12, 13, 2, tzinfo=UTC), "vendredi 12 mars 2027 à 14\u00a0h\u00a002"),
        (datetime(2027, 7, 31, 22, 0, tzinfo=UTC), "dimanche 1er août 2027 à 0\u00a0h"),
    ],
)
def test_long_datetime_is_on_the_clocks_of_paris(instant, text):
    assert dates.long_datetime(instant) == text


def test_long_datetime_refuses_an_instant_without_time_zone():
    with pytest.raises(ValueError):
        dates.long_datetime(datetime(2027, 3, 12, 14, 2))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 13, date(2028, 2, 29)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2027, 3, 31), -1, date(2027, 2, 28)),
        (date(2027, 1, 15), 0, date(2027, 1, 15)),
    ],
)
def test_add_months_keeps_to_the_month(day, months, expected):
    assert dates.add_months(day, months) == expected


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1954, (4, 18)), (1981, (4, 19)), (2008, (3, 23)), (2024, (3, 31)), (2025, (4, 20)),
        (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25)), (2285, (3, 22)),
    ],
)  # fmt: skip
def test_easter(year, sunday):
    assert dates.easter(year) == date(year, *sunday)


def test_the_eleven_public_holidays_of_2027():
    assert sorted(dates.public_holidays(2027)) == [
        date(2027, 1, 1), date(2027, 3, 29), date(2027, 5, 1), date(2027, 5, 6),
        date(2027, 5, 8), date(2027, 5, 17), date(2027, 7, 14), date(2027, 8, 15),
        date(2027, 11, 1), date(2027, 11, 11), date(2027, 12, 25),
    ]  # fmt: skip


def test_alsace_moselle_adds_good_friday_and_saint_stephen():
    added = dates.public_holidays(2027, alsace_moselle=True) - dates.public_holidays(2027)
    assert added == {date(2027, 3, 26), date(2027, 12, 26)}


@pytest.mark.parametrize(
    ("day", "days", "expected"),
    [
        (date(2027, 3, 12), 0, date(2027, 3, 12)),
        (date(2027, 3, 12), 1, date(2027, 3, 15)),
        (date(2027, 3, 26), 1, date(2027, 3, 30)),  # over Easter Monday
        (date(2027, 3, 30), -1, date(2027, 3, 26)),
        (date(2027, 5, 5), 5, date(2027, 5, 13)),  # over Ascension
        (date(2027, 12, 31), 1, date(2028, 1, 3)),
    ],
)
def test_add_working_days(day, days, expected):
    assert dates.add_working_days(day, days) == expected


def test_add_working_days_in_alsace_moselle_skips_good_friday():
    thursday = date(2027, 3, 25)
    assert dates.add_working_days(thursday, 1) == date(2027, 3, 26)
    assert dates.add_working_days(thursday, 1, alsace_moselle=True) == date(2027, 3, 30)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 40))
def test_add_working_days_counts_the_open_days_crossed(day, days):
    end = dates.add_working_days(day, days)
    crossed = (day + timedelta(days=n) for n in range(1, (end - day).days + 1))
    assert sum(map(dates.is_working_day, crossed)) == days
    assert dates.is_working_day(end)
