"""What our typeface draws: a text with anything else would be signed with empty boxes."""

import unicodedata
from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont

from alize.common.errors import InvalidInput

FONTS = settings.NODE_MODULES / "@fontsource-variable" / "source-sans-3" / "files"
_SAME = dict.fromkeys((0x0B, 0x0C, 0x85, 0x2028, 0x2029), "\n") | {0x2010: "-", 0x2011: "-"}
"""What other applications end a line with, and their hyphens."""
_UNSEEN: dict[int, None] = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))
"""Marks without width that a copy brings along and nobody typed."""
_NEAR = 24
"""Signs before the one refused that are said, to find it by."""


def printable(text: str, *, field: str | None = None) -> str:
    """The text as a document prints it, letters and accents joined.

    :raises InvalidInput: a character is not in the typeface, or turns the reading round.
    """
    text = unicodedata.normalize("NFC", text.translate(_SAME | _UNSEEN))
    for rank, sign in enumerate(text):
        if not _prints(sign):
            raise InvalidInput(_refusal(sign, text[:rank]), field=field)
    return text


def printed(text: str) -> str:
    """The same of a text that nobody can correct any more: nothing of one that is refused."""
    try:
        return printable(text)
    except InvalidInput:
        return ""


def _prints(sign: str) -> bool:
    category = unicodedata.category(sign)
    if category in {"Zs", "Cc"} or sign == "\u00ad":  # drawn as a space, or as nothing
        return True
    return category != "Cf" and ord(sign) in _drawn()


def _refusal(sign: str, before: str) -> str:
    near = " ".join(before.split())[-_NEAR:]
    where = f", après « {near} »" if near else ", au début"
    code = f"U+{ord(sign):04X}"
    if unicodedata.category(sign) == "Cf":
        return (
            f"Ce texte contient un caractère invisible ({code}){where}, qui changerait ce qui est "
            "imprimé : effacez-le en retapant les mots qui l'entourent."
        )
    return (
        f"Le caractère « {sign} » ({code}){where}, ne s'imprime pas dans un document : "
        "remplacez-le ou retirez-le."
    )


@cache
def _drawn() -> frozenset[int]:
    """The characters of our typeface."""
    return frozenset(
        code
        for subset in ("latin", "latin-ext", "vietnamese")
        for code in TTFont(FONTS / f"source-sans-3-{subset}-wght-normal.woff2").getBestCmap()
    )
