"""The numbers that accounts leave under: their form, and the class that they stay in."""

import re

NUMBER = "^[1-8][0-9]{2}[0-9A-Z]{0,9}$"
"""Three digits of the national chart, then what an association adds (LPF A47 A-1, funds.md 3.8)."""
LONGEST_NUMBER = 12
LONGEST_LABEL = 80
CLASSES = ("12345", "6", "7", "8")
"""What a year closes the same way: the balance sheet goes on, each of the others starts anew."""
_SPACES = re.compile(r"\s")


def read_number(text: str, *, inside: str) -> str:
    """The number of an account as it was typed, spaces and small letters put right.

    :raises ValueError: it is no number of an account, or of another class than `inside`.
    """
    number = _SPACES.sub("", text).upper()
    if not re.fullmatch(NUMBER, number):
        raise ValueError(
            "Un numéro de compte commence par trois chiffres, de 1 à 8 pour le premier, et a "
            f"{LONGEST_NUMBER} caractères au plus : chiffres et lettres sans accent."
        )
    if number[0] not in class_of(inside):
        raise ValueError(
            f"Le compte {inside} sort sous un numéro de la classe {_said(class_of(inside))}."
        )
    return number


def class_of(code: str) -> str:
    """The first digits that a number may take outside, from that of the account."""
    return next(some for some in CLASSES if code[0] in some)


def _said(digits: str) -> str:
    return digits if len(digits) == 1 else f"{digits[0]} à {digits[-1]}"
