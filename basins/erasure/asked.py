"""Who asks to be erased, and all that names them in a text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import escape

from alize.accounts.models import Person

ERASED = "Personne effacée"
NOWHERE = "efface.invalid"
"""The domain of an erased address: no mail ever leaves for it (RFC 2606)."""


@dataclass(frozen=True)
class Asked:
    """Demande d'effacement : an address, and all that names the same person in a text."""

    email: str
    words: frozenset[str]
    person: Person | None
    address: str
    """What stands for the address from now on."""

    @property
    def patterns(self) -> tuple[tuple[str, str], ...]:
        """What is looked for, as PostgreSQL reads it, and what stands there instead."""
        # A mail laid out, a list in a page: what HTML writes otherwise is the same word.
        words = self.words | {escape(word) for word in self.words}
        named = "|".join(sorted(map(_pattern, words), key=len, reverse=True))
        found = ((_pattern(self.email), self.address), (named, ERASED))
        return tuple((pattern, instead) for pattern, instead in found if pattern)

    def with_words(self, words: Iterable[str]) -> "Asked":
        known = self.words | {word.strip() for word in words if len(word.strip()) > 3}
        return Asked(self.email, known, self.person, self.address)


def _pattern(word: str) -> str:
    """A whole word, or a number however its digits are spaced."""
    digits = re.sub(r"[ .-]", "", word)
    if len(digits) > 8 and digits.lstrip("+").isdigit():
        return "[ .-]?".join(map(re.escape, digits))
    begins, ends = (r"\m" if word[0].isalnum() else ""), (r"\M" if word[-1].isalnum() else "")
    return f"{begins}{re.escape(word)}{ends}"
