"""Telephone numbers, read as people type them and called from a page."""

import pytest

from alize.common.phones import phone_url, read_phone


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("0465711073", "04 65 71 10 73"),
        ("+33 (0)4.65.71.10.73", "04 65 71 10 73"),
        ("+352 26 12 34 56", "+35226123456"),
    ],
)
def test_a_number_is_shown_two_digits_by_two(typed, shown):
    assert read_phone(typed) == shown


def test_words_are_no_number():
    with pytest.raises(ValueError, match="s'écrit en chiffres"):
        read_phone("au standard")


@pytest.mark.parametrize(
    ("number", "url"),
    [
        ("04 65 71 10 73", "tel:0465711073"),
        ("+35226123456", "tel:+35226123456"),
        ("poste 12", ""),
        ("04 65 71 10 73 ou 74", ""),
        ("", ""),
    ],
)
def test_a_number_is_called_and_words_are_not(number, url):
    assert phone_url(number) == url
