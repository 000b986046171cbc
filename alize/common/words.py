"""Amounts spelt out in French beside their figures; numbers of companies, lists, agreement."""

import re
import unicodedata
from collections.abc import Sequence

from alize.common.money import NO_BREAK_SPACE, format_number

_UNITS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf",
    "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize",
    "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = ("", "", "vingt", "trente", "quarante", "cinquante", "soixante", "", "quatre-vingt", "")


def _below_hundred(number: int) -> str:
    if number < 20:
        return _UNITS[number]
    ten, unit = divmod(number, 10)
    if ten in (7, 9):  # soixante-dix, quatre-vingt-dix
        ten, unit = ten - 1, unit + 10
    if not unit:
        return _TENS[ten]
    if unit in (1, 11) and ten < 8:
        return f"{_TENS[ten]} et {_UNITS[unit]}"
    return f"{_TENS[ten]}-{_UNITS[unit]}"


def _below_thousand(number: int, *, agrees: bool) -> str:
    """Spell up to 999; « cent » and « quatre-vingt » take their s only when nothing follows."""
    hundreds, rest = divmod(number, 100)
    hundred = "" if not hundreds else "cent" if hundreds == 1 else f"{_UNITS[hundreds]} cent"
    text = " ".join(part for part in (hundred, _below_hundred(rest) if rest else "") if part)
    plural = rest == 80 or (hundreds > 1 and rest == 0)
    return text + ("s" if agrees and plural else "")


def number_in_words(number: int) -> str:
    """Spell an integer from zero to 999 999 999 999 in French.

    :raises ValueError: the number is outside these bounds.
    """
    if not 0 <= number < 10**12:
        raise ValueError(f"{number} is too large, or negative: it has no spelling here")
    if number == 0:
        return _UNITS[0]
    parts = []
    for size, name in ((10**9, "milliard"), (10**6, "million")):
        count, number = divmod(number, size)
        if count:
            parts.append(f"{_below_thousand(count, agrees=True)} {name}{'s' if count > 1 else ''}")
    thousands, rest = divmod(number, 1000)
    if thousands > 1:
        parts.append(_below_thousand(thousands, agrees=False))
    if thousands:
        parts.append("mille")  # invariable, and never « un mille »
    if rest:
        parts.append(_below_thousand(rest, agrees=True))
    return " ".join(parts)


def amount_in_words(cents: int) -> str:
    """Spell an amount: « vingt-deux mille euros et cinquante centimes ».

    :raises ValueError: the amount is negative or beyond what is spelt.
    """
    euros, rest = divmod(cents, 100)
    link = " d'" if euros and euros % 10**6 == 0 else " "
    money = f"{number_in_words(euros)}{link}euro{'s' if euros > 1 else ''}"
    small = f"{number_in_words(rest)} centime{'s' if rest > 1 else ''}"
    if not rest:
        return money
    return f"{money} et {small}" if euros else small


def grouped(digits: str) -> str:
    """Write a SIREN or a SIRET as people read it: « 732 829 320 00074 »."""
    return " ".join(part for part in (digits[:3], digits[3:6], digits[6:9], digits[9:]) if part)


def counted(number: int, singular: str, plural: str) -> str:
    """Count in French, where the plural starts at two: « 1 dossier », « 2 dossiers »."""
    return f"{format_number(number)}{NO_BREAK_SPACE}{plural if number > 1 else singular}"


def listed(words: Sequence[str]) -> str:
    """« a, b et c »."""
    return " et ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def feminine(spelt: str) -> str:
    """« une », « vingt et une » : a number spelt out, before a feminine noun."""
    return re.sub(r"\bun$", "une", spelt)


def french_order(name: str) -> tuple[str, str]:
    """What a French list is sorted by: « Électrométal » before « Forges », « Œuvres » at oe."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.replace("\u2019", "'"), name


_MUTE = re.compile(
    # Beside the names that begin with a vowel or a mute h, those that only look so.
    r"(?!(?:huit|onze|halles?|havre)\b|haut|hangar)(?:[aeiouhœæ]|y(?![aeiou]))"
)


def of(named: object) -> str:
    """« de Bruno Favre », « d'Anne Blanc » : the h of a name is taken as mute."""
    name = str(named).strip()
    plain = unicodedata.normalize("NFKD", name).lower()
    return f"d'{name}" if _MUTE.match(plain) else f"de {name}"


def closed(said: str) -> str:
    """What somebody typed as the end of a sentence, that one full stop ends, theirs or ours."""
    said = said.rstrip()
    return said if said.endswith(("!", "?", "…", "...")) else said.rstrip(".") + "."


def unclosed(said: str) -> str:
    """What somebody typed inside a sentence that goes on, without the full stop of theirs."""
    return said.rstrip().rstrip(".")


_LINK = re.compile(r"\b([àÀ]|[dD]e) $")
_CONTRACTED = {"à le": "au ", "à les": "aux ", "de le": "du ", "de les": "des "}


def linked(before: str, named: str) -> tuple[str, str]:
    """The words before a name and the name: « à », « le préfet » make « au », « préfet »."""
    link = _LINK.search(before)
    if link is None:
        return before, named
    preposition = link[1].lower()
    article, _, rest = named.partition(" ")
    contracted = _CONTRACTED.get(f"{preposition} {article}")
    if contracted is not None:
        named = rest
    elif preposition == "de":
        contracted = of(named).removesuffix(named.strip())
    else:
        contracted = "à "
    if link[1][0].isupper():
        contracted = contracted.capitalize()
    return before[: link.start()] + contracted, named
