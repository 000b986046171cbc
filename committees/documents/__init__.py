"""What the minutes, their annex and the letter of a decision say, taken once and frozen."""

from committees.documents.annex import ANNEX, annex_context, ballots_held
from committees.documents.declaration import DECLARATION, declaration_context
from committees.documents.letter import LETTER, letter_context, letter_title
from committees.documents.minutes import (
    MINUTES,
    minutes_context,
    minutes_reference,
    minutes_title,
    presidency_of,
)
from committees.documents.remarks import REMARKS, remarks_context

__all__ = [
    "ANNEX",
    "DECLARATION",
    "LETTER",
    "MINUTES",
    "REMARKS",
    "annex_context",
    "ballots_held",
    "declaration_context",
    "letter_context",
    "letter_title",
    "minutes_context",
    "minutes_reference",
    "minutes_title",
    "presidency_of",
    "remarks_context",
]
