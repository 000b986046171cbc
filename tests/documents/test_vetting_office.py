"""Word and Excel files: kept as they are, once nothing in them runs or calls elsewhere (S25)."""

import pytest

from tests.documents.files import accept, office, refusal


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/activeX/activeX1.xml": b"x"},
        {"types": b'<Override ContentType="application/vnd.ms-word.document.macroEnabled"/>'},
        {"types": "<Override ContentType='x.macroEnabled'/>".encode("utf-16")},
        {"word/_rels/settings.xml.rels": b'<Relationship Type="x/attachedTemplate" Target="//a"/>'},
        {"word/_rels/document.xml.rels": b'<Relationship Type="x/oleObject" Target="o.bin"/>'},
    ],
)
def test_macro_or_object_in_an_office_file_is_refused(parts: dict[str, bytes]):
    assert "macro" in refusal("lettre.docx", office(**parts))


def external(kind: str) -> bytes:
    """A list of one link out of the file, between others."""
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><!-- x --><Relationship Type="http://x/{kind}" TargetMode="External" '
        'Target="https://trap.example/" /></Relationships>'
    ).encode("utf-16")


@pytest.mark.parametrize(
    "parts",
    [
        {"word/_rels/document.xml.rels": external("image")},
        {"word/_rels/document.xml.rels": external("frame")},
        {"word/_rels/document.xml.rels": external("x").replace(b"E\0x\0t", b"e\0x\0t")},
        {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"},
    ],
    ids=["image", "frame", "other case", "linked workbook"],
)
def test_office_file_that_fetches_something_elsewhere_is_refused(parts: dict[str, bytes]):
    assert "ailleurs" in refusal("lettre.docx", office(**parts))


def test_links_of_an_office_file_that_somebody_clicks_are_kept():
    content = office(**{"word/_rels/document.xml.rels": external("hyperlink")})
    assert accept("lettre.docx", content).content == content


def test_list_of_links_that_hides_its_words_is_refused():
    hidden = b'<!DOCTYPE a [<!ENTITY o "oleOb">]><a Type="&o;ject"/>'
    assert "abîmé" in refusal("lettre.docx", office(**{"word/_rels/document.xml.rels": hidden}))


def test_zip_bomb_is_refused():
    bomb = office(**{"word/media/image1.png": bytes(100_000_000)})
    assert len(bomb) < 200_000
    assert "volumineux" in refusal("lettre.docx", bomb)


def test_office_file_of_too_many_parts_is_refused():
    parts = {f"word/media/{rank}.png": b"x" * 200 for rank in range(2_001)}
    assert "volumineux" in refusal("lettre.docx", office(**parts))


def test_zip_that_is_no_office_file_is_refused():
    assert "n'est pas un document" in refusal("lettre.docx", office("readme.txt"))


def test_broken_office_file_is_refused():
    assert "abîmé" in refusal("lettre.docx", office()[:60])
