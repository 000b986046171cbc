"""Files to vet, and the two answers to them."""

import zipfile
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from alize.documents.vetting import UploadRefused, Vetted, vet

CONTENT_TYPES = "[Content_Types].xml"


def accept(name: str, content: bytes) -> Vetted:
    return vet(name, len(content), lambda: content)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        accept(name, content)
    reason = refused.value.reason
    assert reason.endswith(".")
    assert " : " in reason  # what happened, then what to do
    return reason


def document(**root) -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        for key, value in root.items():
            pdf.Root[f"/{key}"] = value
        return written(pdf)


def written(pdf: pikepdf.Pdf, **options) -> bytes:
    content = BytesIO()
    pdf.save(content, **options)
    return content.getvalue()


def signed(*, of_parent: bool = False, **root) -> bytes:
    """A PDF whose form holds one signature, which covers all but its own place.

    `of_parent`: its field does not say its type, that above it does.
    """
    signature = bytes(range(200, 232))
    with pikepdf.open(BytesIO(document(**root))) as pdf:
        value = Dictionary(
            Type=Name.Sig, ByteRange=Array([0, *[10**9] * 3]), Contents=String(signature)
        )
        field, above = Dictionary(V=pdf.make_indirect(value)), Dictionary()
        (above if of_parent else field).FT = Name.Sig
        above.Kids = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([above]))
        content = written(pdf, deterministic_id=True)
    place = b"<%b>" % signature.hex().encode()
    start = content.index(place)
    end = start + len(place)
    numbers = b"%-10d %-10d %-10d" % (start, end, len(content) - end)
    assert content.count(b"1000000000 1000000000 1000000000") == 1
    return content.replace(b"1000000000 1000000000 1000000000", numbers)


def office(main_part: str = "word/document.xml", **parts: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, parts.pop("types", b"<Types/>"))
        archive.writestr(main_part, b"<document/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()
