"""Uploads: forty shapes of file, the ones of security.md S25 first."""

import struct
import zipfile
import zlib
from io import BytesIO

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image

from alize.documents.vetting import MAX_BYTES, MAX_NAME, UploadRefused, Vetted, clean_name, vet

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


def picture(form: str, size: tuple[int, int] = (30, 20), mode: str = "RGB", **options) -> bytes:
    drawn = BytesIO()
    Image.new(mode, size).save(drawn, form, **options)
    return drawn.getvalue()


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


def office(main_part: str = "word/document.xml", **parts: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(CONTENT_TYPES, parts.pop("types", b"<Types/>"))
        archive.writestr(main_part, b"<document/>")
        for name, content in parts.items():
            archive.writestr(name, content)
    return packed.getvalue()


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


# -- PDF ----


def with_attachment() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.attachments["virus.exe"] = b"MZ"
        return written(pdf)


def with_active_annotations() -> bytes:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("x()")))
        page.Annots = Array(
            [
                pdf.make_indirect(
                    Dictionary(
                        Type=Name.Annot,
                        Subtype=Name.Link,
                        A=Dictionary(S=Name.Launch, F=String("cmd.exe")),
                    )
                ),
                Dictionary(Type=Name.Annot, Subtype=Name.RichMedia),
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Link,
                    A=Dictionary(S=Name.URI, URI=String("https://alize.example/")),
                ),
            ]
        )
        return written(pdf)


SCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
LINK = Dictionary(S=Name.URI, URI=String("https://trap.example/"))


@pytest.mark.parametrize(
    "content",
    [
        document(OpenAction=SCRIPT),
        document(Names=Dictionary(JavaScript=Dictionary(Names=Array([String("a"), SCRIPT])))),
        document(AcroForm=Dictionary(Fields=Array([]), XFA=String("<xdp/>"))),
        with_attachment(),
        with_active_annotations(),
    ],
    ids=["opening script", "named script", "XFA", "attachment", "annotations"],
)
def test_active_content_leaves_a_pdf(content: bytes):
    cleaned = accept("piece.pdf", content).content
    with pikepdf.open(BytesIO(cleaned)) as pdf:
        plain = b"".join(item.unparse(resolved=True) for item in pdf.objects)
        assert len(pdf.pages) == 1
    for mark in (b"/JS", b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/XFA", b"/RichMedia"):
        assert mark not in plain


@pytest.mark.parametrize(
    "opening",
    [LINK, Dictionary(S=Name.GoTo, D=String("x"), Next=LINK)],
    ids=["at once", "after a move"],
)
def test_pdf_calls_nowhere_by_itself(opening: Dictionary):
    assert b"trap.example" not in accept("piece.pdf", document(OpenAction=opening)).content


def test_links_and_the_opening_view_of_a_pdf_are_kept():
    cleaned = accept("piece.pdf", with_active_annotations()).content
    assert b"https://alize.example/" in cleaned
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page().obj
        pdf.Root.OpenAction = Array([page, Name.Fit])
        cleaned = accept("piece.pdf", written(pdf)).content
    with pikepdf.open(BytesIO(cleaned)) as pdf:
        assert "/OpenAction" in pdf.Root


def test_what_follows_a_pdf_is_dropped():
    tail = b"PK\x03\x04<script>alert(1)</script>"
    assert tail not in accept("piece.pdf", document() + tail).content


def test_pdf_behind_a_password_is_refused():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        locked = written(pdf, encryption=pikepdf.Encryption(owner="o", user="u"))
    assert "mot de passe" in refusal("piece.pdf", locked)


def test_broken_pdf_is_refused():
    assert "abîmé" in refusal("piece.pdf", b"%PDF-1.7\nrien")


def signed(**root) -> bytes:
    """A PDF whose form holds one signature, which covers all but its own place."""
    signature = bytes(range(200, 232))
    with pikepdf.open(BytesIO(document(**root))) as pdf:
        value = Dictionary(
            Type=Name.Sig, ByteRange=Array([0, *[10**9] * 3]), Contents=String(signature)
        )
        field = Dictionary(FT=Name.Sig, V=pdf.make_indirect(value))
        pdf.Root.AcroForm = Dictionary(Fields=Array([Dictionary(Kids=Array([field]))]))
        content = written(pdf, deterministic_id=True)
    place = b"<%b>" % signature.hex().encode()
    start = content.index(place)
    end = start + len(place)
    numbers = b"%-10d %-10d %-10d" % (start, end, len(content) - end)
    assert content.count(b"1000000000 1000000000 1000000000") == 1
    return content.replace(b"1000000000 1000000000 1000000000", numbers)


def test_signed_pdf_keeps_its_bytes():
    for content in (signed(), signed() + b"\n", signed(DSS=Dictionary()) + b"%proofs\n%%EOF"):
        assert accept("convention.pdf", content).content == content


def test_signed_pdf_with_a_script_is_refused():
    assert "casser sa signature" in refusal("convention.pdf", signed(OpenAction=SCRIPT))


@pytest.mark.parametrize("tail", [b"%added\n%%EOF", b"<script>alert(1)</script>"])
def test_signed_pdf_to_which_something_was_added_is_refused(tail: bytes):
    assert "tel qu'il a été signé" in refusal("convention.pdf", signed() + tail)


def test_signature_that_covers_something_else_than_all_but_itself_is_refused():
    start = signed().index(b"/ByteRange")
    other = signed()[:start] + signed()[start:].replace(b"[ 0", b"[ 1", 1)
    assert "tel qu'il a été signé" in refusal("convention.pdf", other)


def test_pdf_that_calls_itself_signed_outside_of_a_form_is_written_again():
    mark = Dictionary(Type=Name.Sig, ByteRange=Array([0, 1, 2, 3]), Contents=String("x"))
    tail = b"PK\x03\x04<script>alert(1)</script>"
    assert tail not in accept("piece.pdf", document(Mark=mark) + tail).content


def test_pdf_that_unfolds_without_end_is_bounded():
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Bomb = Stream(pdf, bytes(60_000_000))
        content = written(pdf, compress_streams=True)
    assert len(accept("piece.pdf", content).content) < 1_000_000


# -- Word and Excel ----


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
