"""Lets in only files of five kinds, and only what can do no harm in them (security.md T21, S25).

A file is judged by its bytes, then written again by us: what is stored is never what was sent, but
for a signed PDF, whose signature any change would break, and for office files, which are searched.
"""

import re
import resource
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from alize.common.errors import InvalidInput
from alize.documents.cleaning import Unclean, clean_image, clean_pdf, searched_office_file

MAX_BYTES = 15_000_000
MAX_NAME = 120
MEMORY = 500_000_000  # bytes that one file may take while it is judged
ACCEPTED = "PDF, PNG, JPEG, Word (.docx) ou Excel (.xlsx)"


class UploadRefused(InvalidInput):
    """The file is not kept; the sentence says what happened and what to do."""


@dataclass(frozen=True)
class Kind:
    """One kind of file let in: how it starts, what it is served as, how it is made harmless."""

    content_type: str
    signature: bytes
    harmless: Callable[[bytes], bytes]


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_JPEG = Kind("image/jpeg", b"\xff\xd8\xff", lambda data: clean_image(data, "JPEG"))

KINDS = {
    "pdf": Kind("application/pdf", b"%PDF-", clean_pdf),
    "png": Kind("image/png", b"\x89PNG\r\n\x1a\n", lambda data: clean_image(data, "PNG")),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "docx": Kind(
        _WORD, b"PK\x03\x04", lambda data: searched_office_file(data, "word/document.xml")
    ),
    "xlsx": Kind(_EXCEL, b"PK\x03\x04", lambda data: searched_office_file(data, "xl/workbook.xml")),
}


@dataclass(frozen=True)
class Vetted:
    """What may be stored of an upload."""

    name: str
    content_type: str
    content: bytes


def vet(name: str, size: int, read: Callable[[], bytes]) -> Vetted:
    """Judge an upload; `read` gives its bytes, once its size is known to be fair.

    :raises UploadRefused: it is not of an accepted kind, or carries what it should not.
    """
    name = clean_name(name)
    extension = PurePosixPath(name).suffix.lstrip(".").lower()
    if extension not in KINDS:
        raise UploadRefused(
            f"Ce type de fichier n'est pas accepté : envoyez un fichier {ACCEPTED}."
        )
    if size == 0:
        raise UploadRefused("Ce fichier est vide : vérifiez-le sur votre poste, puis renvoyez-le.")
    if size > MAX_BYTES:
        raise UploadRefused(
            "Ce fichier dépasse 15 Mo : réduisez-le ou envoyez-le en plusieurs parties."
        )
    kind, content = KINDS[extension], read()
    if not content.startswith(kind.signature):
        raise UploadRefused(
            f"Ce fichier porte le nom d'un .{extension}, mais son contenu n'en est pas un : "
            f"enregistrez-le au format {ACCEPTED}, puis renvoyez-le."
        )
    try:
        with _bounded_memory():
            return Vetted(name, kind.content_type, kind.harmless(content))
    except Unclean as reason:
        raise UploadRefused(str(reason)) from reason


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """Make a file that unfolds without end fail by itself, where the kernel tells what we hold."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def clean_name(name: str) -> str:
    """Keep of a name what can be shown: no folder, no invisible or reversing character."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c if c.isspace() or unicodedata.category(c)[0] != "C" else "" for c in base)
    shown = re.sub(r'[<>:"|?*]', "-", " ".join(shown.split())).strip(". ")
    stem, dot, extension = shown.rpartition(".")
    if not dot:
        return shown[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip()}.{extension}"
