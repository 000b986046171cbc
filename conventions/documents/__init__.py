"""The frozen words of the conventions."""

from conventions.documents.cooperation import KIND, TITLE, cooperation_words, layout, preview

__all__ = ["KIND", "TITLE", "cooperation_words", "layout", "preview"]
