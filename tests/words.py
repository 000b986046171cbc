"""The words of an answer, whatever keeps them together on a line."""

import re
from html import unescape

from django.http import HttpResponse

_KEPT = re.compile(r'<span class="nowrap">([^<]*)</span>')


def spaced(words: str) -> str:
    """The same words with ordinary spaces."""
    return words.replace("\u202f", " ").replace("\xa0", " ")


def plain(answer: HttpResponse) -> str:
    """Its markup with ordinary letters and spaces, and references without what keeps them whole."""
    return _KEPT.sub(r"\1", spaced(unescape(answer.content.decode(answer.charset))))
