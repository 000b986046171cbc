"""PDF files: written again without what runs, kept as they are when signed (security.md S25)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers, timestamps
from pyhanko.sign.validation.dss import DocumentSecurityStore

from tests.documents.files import accept, document, refusal, signed, written


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


def test_signed_pdf_keeps_its_bytes():
    for content in (signed(), signed() + b"\n"):
        assert accept("convention.pdf", content).content == content


def test_signed_pdf_with_a_script_is_refused():
    assert "casser sa signature" in refusal("convention.pdf", signed(OpenAction=SCRIPT))


@pytest.mark.parametrize("tail", [b"%added\n%%EOF", b"<script>alert(1)</script>"])
def test_signed_pdf_to_which_something_was_added_is_refused(tail: bytes):
    for content in (signed(), signed(DSS=Dictionary())):
        assert "tel qu'il a été signé" in refusal("convention.pdf", content + tail)


def test_signature_that_covers_something_else_than_all_but_itself_is_refused():
    start = signed().index(b"/ByteRange")
    other = signed()[:start] + signed()[start:].replace(b"[ 0", b"[ 1", 1)
    assert "tel qu'il a été signé" in refusal("convention.pdf", other)
    assert "tel qu'il a été signé" in refusal("convention.pdf", signed()[:-1])


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


# -- Signed by a tool of the trade, then completed ----


@pytest.fixture(scope="module")
def hand() -> signers.SimpleSigner:
    """Somebody's certificate, and its key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Anne Roux")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    packed = pkcs12.serialize_key_and_certificates(
        None, key, made.sign(key, SHA256()), None, NoEncryption()
    )
    found = signers.SimpleSigner.load_pkcs12_data(packed, other_certs=[])
    assert found is not None
    return found


@pytest.fixture(
    scope="module",
    params=[(False, ""), (True, ""), (True, "/ObjStm"), (False, "/XRef")],
    ids=["table", "streams", "drawn_as_streams", "drawn_as_table"],
)
def agreement(request, hand) -> bytes:
    """A page that somebody signed, its objects written one by one or packed in streams.

    What it draws may call itself one of these streams: who reads it takes no notice.
    """
    mode, (is_packed, calls_itself) = pikepdf.ObjectStreamMode, request.param
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        page.Contents = pdf.make_stream(b"0 0 9 9 re f")
        if calls_itself:
            page.Contents.Type = Name(calls_itself)
        pdf.docinfo["/Title"] = "Convention"
        packed = mode.generate if is_packed else mode.disable
        content = written(pdf, object_stream_mode=packed)
    metadata = signers.PdfSignatureMetadata(field_name="Signature")
    return signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content)), metadata, signer=hand
    ).getvalue()


def with_proofs(content: bytes, hand: signers.SimpleSigner) -> bytes:
    """The proofs of its certificate added, as to last (PAdES B-LT)."""
    added = BytesIO(content)
    (one,) = PdfFileReader(added).embedded_regular_signatures
    DocumentSecurityStore.add_dss(
        added, one.pkcs7_content.hex().encode(), certs=[hand.signing_cert]
    )
    return added.getvalue()


def updated(content: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """The same file, changed as a tool would after its signature."""
    writer = IncrementalPdfFileWriter(BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_signature_completed_with_its_proofs_and_its_instant_keeps_its_bytes(agreement, hand):
    lasting = with_proofs(agreement, hand)
    assert len(lasting) > len(agreement)
    stamper = timestamps.DummyTimeStamper(hand.signing_cert, hand.signing_key)
    stamped = signers.PdfTimeStamper(stamper).timestamp_pdf(
        IncrementalPdfFileWriter(BytesIO(lasting)), "sha256"
    )
    for content in (agreement, lasting, stamped.getvalue()):
        assert accept("convention.pdf", content).content == content


def other_page(writer: IncrementalPdfFileWriter) -> None:
    """Other words on the page, drawn where the first ones were."""
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"1 1 8 8 re f"))
    writer.update_container(page)


def other_words(writer: IncrementalPdfFileWriter) -> None:
    """The same stream, which draws something else."""
    stream = writer.root["/Pages"]["/Kids"][0]["/Contents"]
    stream._data, stream._encoded_data = b"1 1 8 8 re f", None
    writer.update_container(stream)


def other_pages(writer: IncrementalPdfFileWriter) -> None:
    """The catalogue sees another tree of pages."""
    pages = generic.DictionaryObject(
        {generic.pdf_name("/Type"): generic.pdf_name("/Pages"), **writer.root["/Pages"]}
    )
    writer.root["/Pages"] = writer.add_object(pages)
    writer.update_root()


def stray(writer: IncrementalPdfFileWriter) -> None:
    """Something that the proofs do not need."""
    writer.add_object(generic.StreamObject(stream_data=b"PK<script>alert(1)</script>"))


@pytest.mark.parametrize("change", [other_page, other_words, other_pages, stray])
def test_signed_pdf_that_reads_otherwise_since_is_refused(agreement, hand, change):
    for content in (agreement, with_proofs(agreement, hand)):
        assert "tel qu'il a été signé" in refusal("convention.pdf", updated(content, change))


def test_script_among_the_proofs_is_refused(agreement, hand):
    def change(writer: IncrementalPdfFileWriter) -> None:
        name, action = generic.pdf_name, generic.DictionaryObject()
        action[name("/S")] = name("/JavaScript")
        action[name("/JS")] = generic.pdf_string("app.alert(1)")
        writer.root["/DSS"][name("/Next")] = writer.add_object(action)
        writer.update_container(writer.root["/DSS"])

    content = updated(with_proofs(agreement, hand), change)
    assert "casser sa signature" in refusal("convention.pdf", content)


def test_signature_whose_field_has_the_type_of_its_parent_is_seen():
    """What was added to it would go with a rewrite, and its signature with it."""
    content = signed(of_parent=True)
    assert accept("convention.pdf", content).content == content
    assert "tel qu'il a été signé" in refusal("convention.pdf", content + b"%added\n%%EOF")
