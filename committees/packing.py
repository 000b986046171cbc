"""Pieces of a file put into the pages of a pack; pure functions of their bytes (C2, O3).

The pack is laid out once, with an empty numbered and watermarked page for each page of a piece;
the piece is then drawn under it, so that nothing in it can cover the name of the reader.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
from PIL import Image

MAX_PAGES = 60
"""Pages of one piece; a longer one is read in the application."""
IMAGE_SIDE = 2_000
MM = 72 / 25.4
FRAME = (12 * MM, 22 * MM, 12 * MM, 26 * MM)
"""What the page keeps around a piece: left, bottom, right, top."""
CLAIMS = ("pdfaid:part", "pdfaid:conformance", "pdfuaid:part")
"""What the layout says of itself and a piece made elsewhere may not honour."""


class Unfit(Exception):
    """A piece that has no place in the pack; the message tells the reader why."""


@dataclass(frozen=True)
class Piece:
    """One piece ready to be drawn: where its bytes wait, and which of its pages are wide."""

    item: int
    label: str
    key: str = ""
    wide: tuple[bool, ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Slot:
    """A piece and the page of the pack where it begins."""

    first_page: int
    content: bytes


def piece_as_pdf(content: bytes, content_type: str) -> bytes:
    """A piece as a PDF.

    :raises Unfit: it is of another kind, too long, or unreadable.
    """
    if content_type in {"image/png", "image/jpeg"}:
        return _drawn(content)
    if content_type != "application/pdf":
        raise Unfit("document Word ou Excel, à ouvrir dans l'application")
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            pages = len(pdf.pages)
    except pikepdf.PdfError as error:
        raise Unfit("pièce illisible ici, à ouvrir dans l'application") from error
    if pages > MAX_PAGES:
        raise Unfit(f"{pages} pages, à lire dans l'application")
    return content


def _drawn(content: bytes) -> bytes:
    page = BytesIO()
    try:
        image: Image.Image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        image.thumbnail((IMAGE_SIDE, IMAGE_SIDE))
        if image.mode != "RGB":
            seen = image.convert("RGBA")
            image = Image.new("RGB", seen.size, "white")
            image.paste(seen, mask=seen.getchannel("A"))
        image.save(page, "PDF", resolution=150.0, quality=85)
    except OSError as error:
        raise Unfit("image illisible ici, à ouvrir dans l'application") from error
    return page.getvalue()


def wide_pages(content: bytes) -> tuple[bool, ...]:
    """Whether each page of a PDF is wider than high, turned as it is shown."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return tuple(_is_wide(page) for page in pdf.pages)


def _is_wide(page: pikepdf.Page) -> bool:
    left, bottom, right, top = (float(number) for number in page.trimbox)
    width, height = abs(right - left), abs(top - bottom)
    turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return height > width if turned else width > height


def named_pages(content: bytes, prefix: str) -> dict[str, int]:
    """The page that each destination of a laid out PDF leads to, counted from zero."""
    with pikepdf.open(BytesIO(content)) as pdf:
        numbers = {page.obj.objgen: rank for rank, page in enumerate(pdf.pages)}
        tree = pikepdf.NameTree(pdf.Root.Names.Dests)
        return {
            str(name): numbers[target[0].objgen]
            for name, target in tree.items()
            if str(name).startswith(prefix)
        }


def with_pieces(content: bytes, slots: Sequence[Slot]) -> bytes:
    """Draw each piece under the pages kept for it."""
    left, below, right, above = FRAME
    with pikepdf.open(BytesIO(content)) as pack:
        for slot in slots:
            with pikepdf.open(BytesIO(slot.content)) as piece:
                for rank, drawn in enumerate(piece.pages):
                    page = pikepdf.Page(pack.pages[slot.first_page + rank])
                    _, _, width, height = (float(number) for number in page.mediabox)
                    frame = pikepdf.Rectangle(left, below, width - right, height - above)
                    page.add_underlay(drawn, frame)
        if slots:
            with pack.open_metadata(set_pikepdf_as_editor=False) as metadata:
                for claim in CLAIMS:
                    if claim in metadata:
                        del metadata[claim]
        written = BytesIO()
        pack.save(written, deterministic_id=True)
    return written.getvalue()
