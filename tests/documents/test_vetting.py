"""Uploads: forty shapes of file, the ones of security.md S25 first."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from alize.documents.vetting import MAX_BYTES, MAX_NAME, UploadRefused, clean_name, vet
from tests.documents.files import accept, document, office, refusal


def picture(form: str, size: tuple[int, int] = (30, 20), mode: str = "RGB", **options) -> bytes:
    drawn = BytesIO()
    Image.new(mode, size).save(drawn, form, **options)
    return drawn.getvalue()


# -- Let in ----


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("devis.pdf", document(), "application/pdf"),
        ("Devis.PDF", document(), "application/pdf"),
        ("photo.png", picture("PNG"), "image/png"),
        ("plan.png", picture("PNG", mode="P", transparency=0), "image/png"),
        ("photo.jpg", picture("JPEG"), "image/jpeg"),
        ("photo.jpeg", picture("JPEG", mode="CMYK"), "image/jpeg"),
    ],
)
def test_honest_file_is_accepted(name: str, content: bytes, content_type: str):
    vetted = accept(name, content)
    assert (vetted.name, vetted.content_type) == (name, content_type)
    assert vetted.content


def test_office_files_are_kept_as_they_are():
    for name, part in (("lettre.docx", "word/document.xml"), ("plan.xlsx", "xl/workbook.xml")):
        content = office(part)
        assert accept(name, content).content == content


# -- Refused by what they are ----


@pytest.mark.parametrize(
    "name",
    ["page.html", "dessin.svg", "outil.exe", "macro.docm", "tout.zip", "script.pdf.js", "sans", ""],
)
def test_other_kind_is_refused(name: str):
    assert "n'est pas accepté" in refusal(name, b"MZ")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("facture.pdf", b"<!doctype html><script>alert(1)</script>"),
        ("photo.png", b"<html><body>x</body></html>"),
        ("photo.jpg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        ("outil.pdf", b"MZ\x90\x00" + bytes(100)),
        ("photo.png", picture("JPEG")),
        ("decale.pdf", b"GIF89a" + document()),
        ("lettre.docx", document()),
    ],
)
def test_content_that_is_not_what_the_name_says_is_refused(name: str, content: bytes):
    assert "son contenu n'en est pas un" in refusal(name, content)


def test_empty_file_is_refused():
    assert "vide" in refusal("rien.pdf", b"")


def test_too_big_a_file_is_refused_without_being_read():
    def read() -> bytes:
        raise AssertionError("read")

    with pytest.raises(UploadRefused, match="15 Mo"):
        vet("gros.pdf", MAX_BYTES + 1, read)


# -- Images ----


def test_position_and_orientation_leave_a_photo_which_stays_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    exif[0x8825] = {1: "N", 2: (45.0, 34.0, 12.0)}
    cleaned = Image.open(BytesIO(accept("p.jpg", picture("JPEG", exif=exif)).content))
    assert cleaned.size == (20, 30)
    assert dict(cleaned.getexif()) == {}


def test_what_follows_an_image_is_dropped():
    secret = b"<script>alert(1)</script>"
    assert secret not in accept("p.png", picture("PNG") + secret).content
    assert secret not in accept("p.jpg", picture("JPEG", comment=secret) + secret).content


def test_transparency_of_an_image_is_kept():
    content = accept("p.png", picture("PNG", mode="P", transparency=0)).content
    assert Image.open(BytesIO(content)).mode == "RGBA"


@pytest.mark.parametrize("size", [(30_000, 1_400), (8_000, 5_001)])
def test_image_of_too_many_pixels_is_refused(size: tuple[int, int]):
    assert "40 millions" in refusal("p.png", picture("PNG", size, mode="1"))


def test_image_bomb_is_refused():
    size = b"IHDR" + struct.pack("!IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    start = picture("PNG")[:12] + size + struct.pack("!I", zlib.crc32(size))
    assert "démesurée" in refusal("p.png", start + picture("PNG")[33:])


def test_broken_image_is_refused():
    assert "illisible" in refusal("p.png", picture("PNG")[:45])


# -- Names ----


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\fakepath\\devis.pdf", "devis.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ("a\r\nContent-Type: x.pdf", "a Content-Type- x.pdf"),
        ("bilan\x00.pdf", "bilan.pdf"),
        ("e\u0301tat\u200b.pdf", "état.pdf"),
        ("  Devis   n° 3 .pdf", "Devis n° 3.pdf"),
        ("...", ""),
    ],
)
def test_name_keeps_only_what_can_be_shown(name: str, cleaned: str):
    assert clean_name(name) == cleaned


def test_long_name_is_cut_before_its_extension():
    name = clean_name("é" * 300 + ".pdf")
    assert len(name) == MAX_NAME
    assert name.endswith("é.pdf")
    assert len(clean_name("é" * 300)) == MAX_NAME


def test_reversed_extension_is_seen_for_what_it_is():
    assert "n'est pas accepté" in refusal("facture\u202efdp.exe", document())
