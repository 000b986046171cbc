"""Telephone numbers, as people type them and as they are shown and called."""

import re

from alize.common.money import NO_BREAK_SPACE

NUMBER = re.compile(r"\+?[0-9]{8,15}")


def read_phone(text: str) -> str:
    """Give a telephone number with its digits two by two, or as it is abroad.

    :raises ValueError: the reason, in French.
    """
    digits = phone_digits(text)
    if not NUMBER.fullmatch(digits):
        raise ValueError(
            f"Un numéro de téléphone s'écrit en chiffres{NO_BREAK_SPACE}: 04 79 00 00 00."
        )
    if re.fullmatch(r"0[0-9]{9}", digits):
        return " ".join(digits[start : start + 2] for start in range(0, 10, 2))
    return digits


def phone_digits(text: str) -> str:
    """What two ways of writing one number share: « +33 (0)4 79 » and « 04.79 » are the same."""
    digits = re.sub(r"[\s().\-/]", "", text.replace("(0)", ""))
    return re.sub(r"^(?:\+|00)33", "0", digits)


def phone_url(text: str) -> str:
    """The address that calls a number; none for words, or several numbers on one line."""
    digits = phone_digits(text)
    return f"tel:{digits}" if NUMBER.fullmatch(digits) else ""
