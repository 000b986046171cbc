"""Template tags of the documents."""

import qrcode
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode.constants import ERROR_CORRECT_M

register = template.Library()

QUIET_ZONE = 4  # modules of white that a reader needs around the code


@register.simple_tag
def qr(address: str) -> SafeString:
    """Draw the QR code of an address as one SVG path."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(address)
    code.make(fit=True)
    matrix = code.get_matrix()
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark
    )
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img">'
        "<title>Code QR de {1}</title>"
        '<path d="{2}" fill="#0c2a45" shape-rendering="crispEdges"/></svg>',
        len(matrix),
        address,
        path,
    )
