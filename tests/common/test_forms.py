"""What people type is read the French way, and refused in French."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError

from alize.common.forms import (
    DaysField,
    EmailField,
    EurosField,
    FrenchDateField,
    HeadcountField,
    PercentField,
    PhoneField,
    SirenField,
    SiretField,
)
from alize.common.http import keys_in


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("22 000", 2_200_000),
        ("22\u202f000", 2_200_000),
        ("1 234,50", 123_450),
        ("1234.5", 123_450),
        ("0", 0),
    ],
)
def test_euros_are_read_as_people_type_them(typed: str, cents: int):
    assert EurosField().clean(typed) == cents


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("22 000,555", "deux décimales au plus"),
        ("vingt", "n'est pas un montant"),
        ("-5", "ne peut pas être négatif"),
        ("2 2000", "n'est pas un montant"),
    ],
)
def test_euros_that_cannot_be_read_are_refused_in_french(typed: str, reason: str):
    with pytest.raises(ValidationError, match=reason):
        EurosField().clean(typed)


def test_a_loss_may_be_negative_where_it_is_asked():
    assert EurosField(allow_negative=True).clean("-1 500") == -150_000


def test_an_empty_amount_is_none():
    assert EurosField(required=False).clean("") is None


@pytest.mark.parametrize("cents", [2_200_000, 123_450, 0])
def test_an_amount_is_written_as_it_is_read(cents: int):
    assert EurosField().clean(EurosField().prepare_value(cents)) == cents


def test_what_could_not_be_read_is_shown_as_typed():
    assert EurosField().prepare_value("22 000,555") == "22 000,555"


@pytest.mark.parametrize(
    ("typed", "days"), [("2,5", "2.5"), ("10", "10"), ("0.5", "0.5"), ("1 000", "1000")]
)
def test_days_take_a_comma(typed: str, days: str):
    assert DaysField().clean(typed) == Decimal(days)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("2,55", "une décimale au plus"),
        ("deux", "« deux » n'est pas un nombre de jours"),
        ("99999", "trop grand"),
    ],
)
def test_days_that_cannot_be_read_are_refused(typed: str, reason: str):
    with pytest.raises(ValidationError, match=reason):
        DaysField().clean(typed)


def test_full_time_equivalents_are_written_with_a_comma():
    assert HeadcountField().prepare_value(Decimal("12.5")) == "12,5"
    assert HeadcountField().prepare_value(Decimal("12.0")) == "12"


def test_dates_are_read_and_written_the_french_way():
    assert FrenchDateField().clean("12/03/2027") == date(2027, 3, 12)
    assert FrenchDateField().prepare_value(date(2027, 3, 12)) == "12/03/2027"
    assert FrenchDateField().prepare_value("2027-03-12") == "12/03/2027"  # of an address
    assert FrenchDateField().prepare_value("2027-02-30") == "2027-02-30"


def test_a_day_that_does_not_exist_is_named():
    with pytest.raises(ValidationError, match=r"Le 31 février n'existe pas\."):
        FrenchDateField().clean("31/02/2027")


@pytest.mark.parametrize(
    "typed",
    ["732 829 320 00074", "73282932000074", "356 000 000 49837", " 356000000 00048 "],
)
def test_a_siret_is_read_with_its_spaces_la_poste_included(typed: str):
    assert SiretField().clean(typed) == "".join(typed.split())


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("732 829 320 00079", r"Ce numéro ne correspond pas \(clé de contrôle\)\."),
        ("356 000 000 12345", "clé de contrôle"),
        ("732 829 320", "Ce numéro a 9 chiffres au lieu de 14"),
        ("732829320ABCDE", "s'écrit avec 14 chiffres"),
    ],
)
def test_a_wrong_siret_is_refused_in_french(typed: str, reason: str):
    with pytest.raises(ValidationError, match=reason):
        SiretField().clean(typed)


def test_a_siren_has_nine_digits():
    assert SirenField().clean("732 829 320") == "732829320"
    assert SirenField(required=False).clean("") == ""


@pytest.mark.parametrize(
    ("typed", "points"), [("4", 400), ("4,5", 450), ("4.25 %", 425), ("0", 0), ("100", 10_000)]
)
def test_a_share_is_kept_in_basis_points(typed: str, points: int):
    field = PercentField()
    assert field.clean(typed) == points
    assert field.clean(field.prepare_value(points)) == points


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("-1", "n'est pas un pourcentage"),
        ("beaucoup", "n'est pas un pourcentage"),
        ("30,01", "va de 0 à 30"),
        ("1,234", "deux décimales au plus"),
    ],
)
def test_a_share_that_cannot_be_read_is_refused_in_french(typed: str, reason: str):
    with pytest.raises(ValidationError, match=reason):
        PercentField(most=30).clean(typed)


def test_a_number_of_abroad_is_typed_as_it_is_printed():
    assert PhoneField().clean("+33 (0)4 79 00 00 00") == "04 79 00 00 00"


def test_an_address_is_no_longer_than_the_columns_that_keep_one():
    longest = f"{'a' * 249}@x.fr"
    assert EmailField().clean(longest) == longest
    with pytest.raises(ValidationError, match="254"):
        EmailField().clean(f"a{longest}")


@pytest.mark.parametrize(
    ("field", "value"), [(forms.ChoiceField(), "x"), (forms.MultipleChoiceField(), ["x"])]
)
def test_a_choice_is_refused_with_the_apostrophe_of_the_site(field, value):
    with pytest.raises(ValidationError, match=r"x n'en fait pas partie"):
        field.clean(value)


def test_a_key_is_one_that_a_row_may_have():
    """A number of five thousand digits, which no browser sends, is no reason to fail (S30)."""
    assert keys_in(["7", "9" * 5000, "²", "-1", "x", "", "5"]) == [7, 5]
