"""The frozen words of the conventions."""

from conventions.documents.cooperation import (
    KIND,
    TITLE,
    cooperation_words,
    lawyers_copy,
    layout,
    preview,
    what_is_signed,
)

__all__ = [
    "KIND",
    "TITLE",
    "cooperation_words",
    "lawyers_copy",
    "layout",
    "preview",
    "what_is_signed",
]
