from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alize.common.money import format_euros, format_number, format_share, parse_euros
from alize.common.templatetags.alize import number


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("22000", 2_200_000),
        ("22 000", 2_200_000),
        ("22\u00a0000", 2_200_000),
        ("22\u202f000,50\u00a0€", 2_200_050),
        ("1 234,50", 123_450),
        ("1234.5", 123_450),
        ("1234,05 €", 123_405),
        ("  7€ ", 700),
        ("0,01", 1),
        ("0007", 700),
        ("1 000 000 000", 100_000_000_000),
    ],
)
def test_parse_euros_reads_what_people_type(text, cents):
    assert parse_euros(text) == cents


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Indiquez un montant."),
        (" \u00a0 ", "Indiquez un montant."),
        ("22 000,555", "Un montant a deux décimales au plus, pour les centimes."),
        ("1.234,50", "« 1.234,50 » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("1.234", "Un montant a deux décimales au plus, pour les centimes."),
        ("abc", "« abc » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("12 k€", "« 12 k€ » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("1 23", "« 1 23 » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("1e3", "« 1e3 » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("12,", "« 12, » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("١٢", "« ١٢ » n'est pas un montant : écrivez-le comme 22 000 ou 1234,50."),
        ("-5", "Le montant ne peut pas être négatif."),
        ("1000000000,01", "Le montant dépasse un milliard d'euros : vérifiez la saisie."),
        ("9" * 5000, "Le montant dépasse un milliard d'euros : vérifiez la saisie."),
    ],
)
def test_parse_euros_refuses_with_a_clear_sentence(text, reason):
    with pytest.raises(ValueError) as refusal:
        parse_euros(text)
    assert str(refusal.value).replace("\u00a0", " ").replace("\u202f", " ") == reason


@pytest.mark.parametrize("text", ["-1 234,50", "\u22121234,5", "- 1234,50 €"])
def test_parse_euros_reads_a_negative_amount_where_allowed(text):
    assert parse_euros(text, allow_negative=True) == -123_450


@pytest.mark.parametrize(
    ("cents", "text"),
    [
        (0, "0\u00a0€"),
        (5, "0,05\u00a0€"),
        (2_200_000, "22\u202f000\u00a0€"),
        (2_200_050, "22\u202f000,50\u00a0€"),
        (-123_456_789, "\u22121\u202f234\u202f567,89\u00a0€"),
    ],
)
def test_format_euros(cents, text):
    assert format_euros(cents) == text


def test_format_number_sets_thousands_apart():
    assert format_number(1_234_567) == "1\u202f234\u202f567"
    assert format_number(-4_000) == "\u22124\u202f000"
    assert format_number(Decimal("1234.50")) == "1\u202f234,5"
    assert format_number(Decimal("12.00")) == "12"
    assert format_number(Decimal("100")) == "100"
    assert format_number(999) == "999"


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_what_is_written_reads_back(cents):
    assert parse_euros(format_euros(cents), allow_negative=True) == cents


@pytest.mark.parametrize(
    ("points", "text"),
    [
        (0, "0"),
        (400, "4"),
        (450, "4,5"),
        (455, "4,55"),
        (1_000, "10"),
        (-1_005, "\u221210,05"),
        (10_000_000, "100\u202f000"),
    ],
)
def test_format_share(points, text):
    assert format_share(points) == f"{text}\u00a0%"


@pytest.mark.parametrize(
    ("value", "text"),
    [(-0.5, "\u22120,5"), (Decimal("-1234.50"), "\u22121\u202f234,5"), (3.0, "3"), (0, "0")],
)
def test_a_number_of_a_page_keeps_its_sign(value, text):
    assert number(value) == text
