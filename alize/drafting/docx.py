"""A copy of an agreement for lawyers, as a word processor opens it: same articles, same numbers."""

import re
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NAVY = RGBColor(0x0C, 0x2A, 0x45)
FONT = "Calibri"
Words = Mapping[str, Any]
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, and a text pasted from elsewhere may: a soft return, a form feed."""


def copy(words: Words, *, title: str, subtitle: str = "") -> bytes:
    """Write the words of `alize.drafting.documents` as a .docx."""
    words, title, subtitle = _writable([words, title, subtitle])
    document = docx.Document()
    _prepare(document, title)
    document.add_paragraph(title, style="Title")
    if subtitle:
        document.add_paragraph(subtitle, style="Subtitle")
    for section in words["sections"]:
        _section(document, section)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _writable(words: Any) -> Any:
    """The same words, a space instead of each character that XML refuses."""
    if isinstance(words, str):
        return _UNWRITABLE.sub(" ", words)
    if isinstance(words, Mapping):
        return {name: _writable(value) for name, value in words.items()}
    if isinstance(words, list | tuple):
        return [_writable(value) for value in words]
    return words


def _prepare(document: Document, title: str) -> None:
    """A4, in French, in our colours."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet"):
        font = document.styles[name].font
        font.name = FONT
        document.styles[name].element.get_or_add_rPr().get_or_add_rFonts().set(
            qn("w:eastAsia"), FONT
        )
    for name, size in (("Title", 24), ("Heading 1", 14), ("Heading 2", 12)):
        document.styles[name].font.size = Pt(size)
        document.styles[name].font.color.rgb = NAVY
    document.styles["Normal"].font.size = Pt(11)
    language = document.styles["Normal"].element.get_or_add_rPr()
    language.append(language.makeelement(qn("w:lang"), {qn("w:val"): "fr-FR"}))
    document.core_properties.title = title
    document.core_properties.language = "fr-FR"
    document.core_properties.author = "ALIZE"


def _section(document: Document, section: Words) -> None:
    heading = document.add_heading(level=1)
    heading.paragraph_format.page_break_before = section["kind"] == "annexe"
    label = f"{section['label']}. " if section["label"] else ""
    heading.add_run(f"{label}{section['title']}")
    _parts(document, section["parts"])


def _parts(document: Document, parts: Sequence[Words]) -> None:
    for part in parts:
        match part["kind"]:
            case "paragraph":
                paragraph = document.add_paragraph()
                paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
                _runs(paragraph, part["runs"])
            case "heading":
                heading = document.add_heading(f"{part['label']} ", level=2)
                _runs(heading, part["runs"])
            case "list":
                for runs in part["items"]:
                    _runs(document.add_paragraph(style="List Bullet"), runs)
            case "block":
                _block(document, part)
            case "clause":
                _parts(document, part["parts"])
            case _:
                _runs(
                    document.add_paragraph(),
                    [{"text": f"[clause locale possible : {part['label']}]", "missing": True}],
                )


def _runs(paragraph: Paragraph, runs: Sequence[Words]) -> None:
    for run in runs:
        written = paragraph.add_run(run["text"])
        written.bold = bool(run.get("strong")) or None
        written.italic = bool(run.get("condition")) or None
        if run.get("missing"):
            written.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _block(document: Document, part: Words) -> None:
    """Tables and charts as tables, lists and parties as sentences; else its name in brackets."""
    block = part.get("block") or {}
    if "head" in block:
        rows = [block["head"], *block["rows"], *([block["foot"]] if block["foot"] else [])]
        _table(document, [[cell["text"] for cell in row] for row in rows], caption=block["caption"])
    elif "texts" in block:
        for text in block["texts"]:
            document.add_paragraph(text, style="List Bullet")
    elif "groups" in block:
        for group in block["groups"]:
            _group(document, group)
    elif "chart" in block:
        chart = block["chart"]
        _table(document, [chart["headers"], *chart["rows"]], caption=chart["title"])
        for text in block.get("comments", ()):
            document.add_paragraph(text)
    elif block.get("template", "").endswith("facts.html"):
        _table(document, block["rows"])
    else:
        paragraph = document.add_paragraph()
        _runs(paragraph, part.get("runs", ()))
        _runs(paragraph, [{"text": f"[{part['label']}]", "missing": True}])


def _group(document: Document, group: Words) -> None:
    if group["label"]:
        document.add_paragraph().add_run(group["label"]).bold = True
    for party in group.get("parties", ()):
        paragraph = document.add_paragraph()
        paragraph.add_run(party["organisation"]).bold = True
        words = [party.get("seat"), party.get("name"), party.get("function")]
        paragraph.add_run("".join(f", {word}" for word in words if word))
    signers = [signer for row in group.get("rows", ()) for signer in row if signer]
    if signers:
        _table(
            document,
            [
                ["Signataire", "Signature"],
                *(
                    [f"{one['name']}\n{one['capacity']}\n{one['organisation']}", ""]
                    for one in signers
                ),
            ],
        )


def _table(document: Document, rows: Sequence[Sequence[str]], *, caption: str = "") -> None:
    if caption:
        document.add_paragraph().add_run(caption).bold = True
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for texts in rows:
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    document.add_paragraph()
