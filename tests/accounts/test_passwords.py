"""What is too easy is refused; what a password manager makes is taken as it is (S14)."""

import pytest
from django.core.exceptions import ValidationError

from alize.accounts.models import Person
from alize.accounts.passwords import OwnWordsValidator

PERSON = Person(first_name="Odile", last_name="Garance", email="odile.garance@astrees.fr")


@pytest.mark.parametrize(
    "password",
    ["xK7$2p!Q9#8z", "4-R8?f2!T1=9", "пароль из трёх слов", "cheval agrafe batterie correcte"],
)
def test_what_nobody_guesses_is_taken(password):
    OwnWordsValidator().validate(password, PERSON)


@pytest.mark.parametrize(
    "password",
    ["alize-2026-savoie!", "Odile.Garance-2026", "4815162342108", "a1z2e3r4t5y6", "!?!?!?!?!?!?!"],
)
def test_what_speaks_of_the_person_or_of_alize_is_refused(password):
    with pytest.raises(ValidationError, match="se devine trop facilement"):
        OwnWordsValidator().validate(password, PERSON)
