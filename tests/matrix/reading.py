"""What the pages of a basin and the spreadsheets that they offer say, in plain words."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from tests.matrix.page import Audience
from tests.matrix.pages import PAGES
from tests.matrix.world import Visitor

FORM = "application/x-www-form-urlencoded"
EXPORT = re.compile(r'href="(\?[^"]*export=[^"]+)"')


def is_read(name: str) -> bool:
    """Whether an address of a basin shows something: a page, a file, a text to correct."""
    page = PAGES[name]
    if page.audience is Audience.TOKEN:
        return name.endswith(("page", "review", "opinion", "confirm", "link"))
    shown = page.act.endswith(".read") or name.endswith("_docx")
    return page.in_basin and shown and not name.endswith("_state")


def read(visitor: Visitor, url: str, *, one_in: int = 0) -> Iterator[tuple[str, Any]]:
    """A page, and one of two spreadsheets that it offers, each with its address."""
    page = visitor.read(url)
    yield url, page
    for query in EXPORT.findall(page.content_read.decode(errors="ignore"))[one_in::2]:
        export = f"{url}{query.replace('&amp;', '&')}"
        answer = visitor.read(export)
        if answer.headers["Content-Type"].startswith("text/html"):
            answer = visitor.send(export, data="reason=CONTROL", content_type=FORM)
        yield export, answer


def plain(content: bytes) -> str:
    """The words of a page or of a file, those of a spreadsheet or of a text unpacked."""
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            content = b"".join(packed.read(part) for part in packed.namelist())
    return content.decode(errors="ignore")
