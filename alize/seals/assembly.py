"""Puts together what is sealed: the pages as they were signed, what is added after them, files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, AttachedFileSpec, Name, OutlineItem, Pdf

ORIGINAL = "original.pdf"
SHEET_TITLE = "Feuille de signatures"


@dataclass(frozen=True)
class Attachment:
    """A file that travels inside the sealed document."""

    name: str
    content: bytes
    content_type: str
    description: str


def assemble(
    *, original: bytes, sheet: bytes, attachments: Sequence[Attachment], at: datetime
) -> bytes:
    """One PDF/A-3 of the pages of both, with the original itself attached before the others.

    The streams of the original are copied, never written again. `sheet` may be empty.
    """
    with pikepdf.open(BytesIO(original)) as pdf:
        if sheet:
            with pikepdf.open(BytesIO(sheet)) as added:
                _append(pdf, added)
        source = Attachment(
            ORIGINAL, original, "application/pdf", "Le document tel qu'il a été soumis à signature"
        )
        _attach(pdf, [source, *attachments], at=at)
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
    return written.getvalue()


def _append(pdf: Pdf, added: Pdf) -> None:
    """Add pages with their tags and a bookmark."""
    first = len(pdf.pages)
    tagged = "/StructTreeRoot" in pdf.Root and "/StructTreeRoot" in added.Root
    if tagged:
        _renumber(added, _next_key(pdf))
    pdf.pages.extend(added.pages)
    if tagged:
        # After the pages: a tag names its page, which is then known as one of ours.
        _adopt(pdf.Root.StructTreeRoot, pdf.copy_foreign(added.Root.StructTreeRoot))
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem(SHEET_TITLE, first))


def _next_key(pdf: Pdf) -> int:
    """The first key free in the tree that leads from the marks of a page to their tags."""
    keys = list(pdf.Root.StructTreeRoot.ParentTree.Nums)[::2]
    return max((int(key) for key in keys), default=-1) + 1


def _renumber(added: Pdf, start: int) -> None:
    for page in added.pages:
        for marked, key in _marked(page):
            marked[key] = int(marked[key]) + start
    numbers = added.Root.StructTreeRoot.ParentTree.Nums
    for index in range(0, len(numbers), 2):
        numbers[index] = int(numbers[index]) + start


def _marked(page: pikepdf.Page) -> Iterable[tuple[pikepdf.Object, str]]:
    if "/StructParents" in page.obj:
        yield page.obj, "/StructParents"
    for annotation in page.obj.get("/Annots", []):
        if "/StructParent" in annotation:
            yield annotation, "/StructParent"


def _adopt(root: pikepdf.Object, added: pikepdf.Object) -> None:
    """Take the tags of another tree; those of a document go under the one that is there."""
    whole = next((tag for tag in root.K if str(tag.S) == "/Document"), root)
    for tag in added.K:
        is_whole = whole is not root and str(tag.S) == "/Document"
        for one in tag.K if is_whole else [tag]:
            one.P = whole
            whole.K.append(one)
    root.ParentTree.Nums.extend(added.ParentTree.Nums)


def _attach(pdf: Pdf, attachments: Sequence[Attachment], *, at: datetime) -> None:
    """Attach as PDF/A-3 asks: each file named from the document, with its date and its role."""
    specifications = Array()
    for one in attachments:
        if one.name in pdf.attachments:
            raise ValueError(f"Two attachments are named {one.name}.")
        file = AttachedFileSpec(
            pdf,
            one.content,
            filename=one.name,
            description=one.description,
            mime_type=one.content_type,
            creation_date=_pdf_date(at),
            mod_date=_pdf_date(at),
        )
        file.relationship = Name.Source if one.name == ORIGINAL else Name.Supplement
        pdf.attachments[one.name] = file
        specifications.append(pdf.attachments[one.name].obj)
    pdf.Root.AF = specifications


def _pdf_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ")
