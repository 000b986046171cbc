"""The name of a person is typed in letters."""

import pytest
from django import forms

from alize.documents.fields import PersonNameField


@pytest.mark.parametrize(
    "name",
    [
        "Jean-Luc d'Arc",
        "Đặng Thị Hằng",
        "Mme O’Neill (née Lefèvre), J.",
        "Łukasz\u00a0Żółć",
        "O",
    ],
)
def test_a_name_is_kept(name):
    assert PersonNameField(max_length=80).clean(name) == name


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("06 12 34 56 78", "Un nom s'écrit en lettres, sans « 0 »."),
        ("Anne <b>", "Un nom s'écrit en lettres, sans « < »."),
        ("- . '", "Un nom s'écrit en lettres."),
        (
            "anne.blanc@example.org",
            "Ceci est une adresse électronique : écrivez ici le nom de la personne.",
        ),
        ("A" * 300, "Un nom tient en 80 caractères : il y en a 300 ici."),
    ],
)
def test_what_nobody_is_called_is_refused(typed, said):
    with pytest.raises(forms.ValidationError) as refused:
        PersonNameField(max_length=80).clean(typed)
    assert refused.value.messages == [said]


def test_a_name_may_be_left_for_later():
    assert PersonNameField(required=False).clean("") == ""
