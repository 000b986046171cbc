"""Template tags of the documents."""

import re
from itertools import groupby

import qrcode
from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M

from alize.common.dates import whole_dates

register = template.Library()

QUIET_ZONE = 4  # modules of white that a reader needs around the code


@register.simple_tag
def qr(address: str) -> SafeString:
    """Draw the QR code of an address as one SVG path."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(_strokes(y, row) for y, row in enumerate(matrix))
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img">'
        "<title>Code QR de {1}</title>"
        '<path d="{2}" stroke="#0c2a45" fill="none" shape-rendering="crispEdges"/></svg>',
        len(matrix),
        address,
        path,
    )


_WHOLE = re.compile(r"([^ \t\n]*(?:://|www\.|@)[^ \t\n]*|[^ \t\n-]{40,})")
"""An address or a word too long for most lines, with the marks that a hard space ties to it.

Every second part of what it cuts.
"""


@register.filter
def wrapped(text: object) -> SafeString:
    """Words where no address takes a hyphen of ours, and none runs off the page."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<span class="whole">{}</span>', part) if rank % 2 else part,)
            for rank, part in enumerate(_WHOLE.split(str(text)))
        ),
    )


@register.filter(name="whole_dates")
def title_with_whole_dates(text: object) -> str:
    """A title where no line ends inside « 21 novembre »."""
    return whole_dates(str(text))


def _strokes(y: int, row: list[bool]) -> str:
    """A row of the code: a stroke as wide as a module for each run of dark ones."""
    strokes, x = "", 0
    for dark, run in groupby(row):
        width = len(list(run))
        strokes += f"M{x} {y}.5h{width}" if dark else ""
        x += width
    return strokes
