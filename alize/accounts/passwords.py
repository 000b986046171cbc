"""What makes a password too easy to guess, besides its length and the well-known lists (S14)."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError

EASY = (
    "azertyuiop", "qsdfghjklm", "wxcvbn", "azerty", "qwertyuiop", "asdfghjkl", "qwerty", "abcdef",
    "motdepasse", "password", "bonjour", "soleil", "alize", "bassin", "comite", "astrees",
    "agrement", "savoie", "operateur", "prefecture",
)  # fmt: skip
LEFT_AT_LEAST = 6
SIGNS_COUNTED = 3
SHORTEST = 12


def _letters(text: str) -> str:
    """Lower case, without accents, letters only, whatever the alphabet."""
    plain = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in plain if sign.isalpha())


def _signs(text: str) -> int:
    """How many different signs it holds, as a password manager puts some; three at the most."""
    signs = {sign for sign in text if not sign.isalnum() and not sign.isspace()}
    return min(len(signs), SIGNS_COUNTED)


class OwnWordsValidator:
    """Refuses a password that is only easy words, the person's names or address, and digits."""

    def validate(self, password: str, user: Any = None) -> None:
        """Take the easy words out and look at what is left.

        :raises ValidationError: too little is left.
        """
        if len(password) < SHORTEST:
            return  # said already, by the rule on length
        own = [getattr(user, name, "") for name in ("first_name", "last_name", "email")]
        parts = {_letters(part) for text in own for part in re.split(r"[\W_\d]+", text)}
        left = _letters(password)
        for word in sorted({*EASY, *parts}, key=len, reverse=True):
            if len(word) >= 3:
                left = left.replace(word, "")
        if len(left) + _signs(password) < LEFT_AT_LEAST:
            raise ValidationError(
                "Ce mot de passe se devine trop facilement : ajoutez-lui quelques mots qui ne "
                "parlent ni de vous ni d'ALIZE.",
                code="password_of_easy_words",
            )

    def get_help_text(self) -> str:
        """What the page says beforehand."""
        return "Quelques mots qui ne parlent ni de vous ni d'ALIZE."
