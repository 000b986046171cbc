"""Pure rules of the projects."""

from datetime import date

import pytest

from projects import rules


@pytest.mark.parametrize(
    ("basin", "code"),
    [("Savoie", "SAV"), ("Meuse", "MEU"), ("Pays de Brest", "PAY"), ("Île-de-France", "ILE")],
)
def test_the_code_of_a_basin_is_three_letters_of_its_name(basin: str, code: str):
    assert rules.trigram(basin) == code


def test_a_reference_says_the_year_the_basin_and_the_rank():
    assert rules.reference(2026, "SAV", 14) == "2026-SAV-014"
    assert rules.reference(2026, "SAV", 1234) == "2026-SAV-1234"


def test_the_follow_up_goes_on_to_the_thirty_sixth_month():
    dates = dict(rules.follow_up_dates(date(2026, 1, 31)))
    assert list(dates) == [1, 3, 6, 9, 12, 15, 18, 24, 36]
    assert dates[1] == date(2026, 2, 28)
    assert dates[18] == date(2027, 7, 31)


def test_a_company_is_young_until_the_day_it_is_three():
    assert rules.is_young(date(2023, 3, 13), on=date(2026, 3, 12))
    assert not rules.is_young(date(2023, 3, 12), on=date(2026, 3, 12))


@pytest.mark.parametrize(
    ("code", "department"),
    [("73000", "73"), ("97410", "974"), ("20000", "2A"), ("20167", "2A"), ("20200", "2B")],
)
def test_the_department_of_a_postal_code(code: str, department: str):
    assert rules.department_of(code) == department


def test_the_diagnosis_is_due_a_fortnight_later():
    assert rules.diagnosis_due(date(2026, 3, 12)) == date(2026, 3, 27)
