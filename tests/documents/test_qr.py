"""The code that a reader's telephone takes in the picture of a page."""

import pypdfium2
import qrcode
from qrcode.constants import ERROR_CORRECT_M

from alize.documents import pdf
from alize.documents.templatetags.pdf import QUIET_ZONE, qr

ADDRESS = "https://alize.example.org/verifier/CP-2018-SAV-05/"
PAGE = (
    "<html lang=fr><title>Code</title><style>@page {{ size: 100mm; margin: 0 }}"
    "body > svg {{ display: block; width: 100mm; height: 100mm }}</style>{}</html>"
)
POINTS = 8
"""Of the picture, in the width of a module."""


def test_each_module_of_the_code_is_where_a_reader_looks_for_it():
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(ADDRESS)
    expected = code.get_matrix()
    page = pypdfium2.PdfDocument(pdf.render(PAGE.format(qr(ADDRESS))))[0]
    scale = POINTS * len(expected) / page.get_width()
    picture = page.render(scale=scale, grayscale=True).to_pil()
    modules = range(len(expected))
    seen = [[picture.getpixel(center(x, y)) < 128 for x in modules] for y in modules]
    assert seen == expected


def center(x: int, y: int) -> tuple[int, int]:
    return x * POINTS + POINTS // 2, y * POINTS + POINTS // 2
