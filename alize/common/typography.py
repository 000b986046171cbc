"""French typography: curved apostrophes, spaces that never break where none may."""

import re

from alize.common.dates import whole_dates
from alize.common.money import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE

_APOSTROPHE = re.compile(r"(?P<address>(?<!\S)\S*(?:@|://)\S*)|'|&#x27;|&#39;")
_SIGNS = (
    (re.compile(r" (?=[:;!?»%€])"), NO_BREAK_SPACE),
    (re.compile(r"(?<=«) "), NO_BREAK_SPACE),
    (
        re.compile(r"(?<!\w)(\d{3}) (\d{3}) (\d{3}) (?=\d{5}(?!\w))"),  # A SIRET.
        NO_BREAK_SPACE.join((r"\1", r"\2", r"\3", "")),
    ),
    (re.compile(r"(?<!\w)(\d{1,3}) (?=\d{3}(?!\w))"), rf"\1{NARROW_NO_BREAK_SPACE}"),
    (
        re.compile(
            r"(?<=\d) (?=(?:k?€|euros?|ans?|mois|jours?|heures?|min|ETP|octets|voix|emplois?"
            r"|constatés?|dossiers?|échéances?|points?|sièges?)(?!\w))"
        ),
        NO_BREAK_SPACE,
    ),
    (
        re.compile(r"\b(n°|M\.|MM\.|Mme|[Aa]rticles?|[Aa]nnexes?) (?=[\dA-ZÀ-ÖØ-ÞŒ])"),
        rf"\1{NO_BREAK_SPACE}",
    ),
)
_MAY_CHANGE = re.compile(r"[ '&]")
_TAG = re.compile(r"(<style\b.*?</style>|<[^>]*>)", re.DOTALL)


def typeset(words: str) -> str:
    """The same words, their signs and spaces as a printer sets them; addresses as they are."""
    words = _APOSTROPHE.sub(lambda found: found["address"] or "’", words)
    for pattern, sign in _SIGNS:
        words = pattern.sub(sign, words)
    return whole_dates(words)


def typeset_page(html: str) -> str:
    """The same page, the words between its tags set so."""
    parts = _TAG.split(html)
    parts[::2] = (typeset(words) if _MAY_CHANGE.search(words) else words for words in parts[::2])
    return "".join(parts)
