"""The words of an answer, whatever keeps them together on a line."""

import re

from django.http import HttpResponse

_KEPT = re.compile(r'<span class="nowrap">([^<]*)</span>')


def plain(answer: HttpResponse) -> str:
    """Its markup with ordinary spaces, and references without what keeps them whole."""
    return _KEPT.sub(r"\1", answer.content.decode().replace("\u202f", " ").replace("\xa0", " "))
