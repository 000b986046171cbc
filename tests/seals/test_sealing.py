"""Real seals over real bytes: what is kept unchanged, and every way to spoil it seen."""

import random
import shutil
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.test import override_settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.general import SigningError

from alize.seals import inspection, keys, pades, sealing
from alize.seals.keys import KeyFolder
from alize.seals.sealing import SealFailed, SealFinding
from tests.seals.conftest import AT, EVIDENCE, HALVES, SECRET, Sealed


@pytest.fixture
def opened(sealed: Sealed):
    with pikepdf.open(BytesIO(sealed.content)) as document:
        yield document


pytestmark = pytest.mark.usefixtures("our_keys")


def test_seal_is_genuine_and_names_its_moment_and_certificate(sealed: Sealed):
    certificate = sealed.keys.current(AT).certificate
    assert sealing.check(sealed.content) == SealFinding(
        is_sealed=True,
        is_intact=True,
        is_whole=True,
        is_ours=True,
        signed_at=AT,
        fingerprint=certificate.fingerprint,
    )


def test_seal_says_why_where_and_forbids_changes(opened: pikepdf.Pdf):
    signature = opened.Root.AcroForm.Fields[0].V
    assert str(signature.SubFilter) == "/ETSI.CAdES.detached"
    assert str(signature.Reason) == "Convention de partenariat, bassin de Savoie"
    assert str(signature.Location) == "Chambéry"
    assert opened.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1


def test_seal_leaves_the_pages_as_they_were_signed(sealed: Sealed, opened: pikepdf.Pdf):
    with pikepdf.open(BytesIO(sealed.original)) as original:
        pages = [page.Contents.read_raw_bytes() for page in original.pages]
        assert [page.Contents.read_raw_bytes() for page in opened.pages][: len(pages)] == pages
        assert len(opened.pages) == len(pages) + 1


def test_seal_carries_the_very_file_that_was_signed(sealed: Sealed, opened: pikepdf.Pdf):
    files = {name: one.get_file().read_bytes() for name, one in opened.attachments.items()}
    assert files == {"original.pdf": sealed.original, EVIDENCE.name: EVIDENCE.content}
    assert sha256(files["original.pdf"]).digest() == sha256(sealed.original).digest()


def test_sealed_document_remains_archivable_tagged_and_bookmarked(opened: pikepdf.Pdf):
    metadata = opened.open_metadata()
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
    assert [str(one.AFRelationship) for one in opened.Root.AF] == ["/Source", "/Supplement"]
    root = opened.Root.StructTreeRoot
    keys_of_marks = list(root.ParentTree.Nums)[::2]
    assert keys_of_marks == sorted(set(keys_of_marks))
    sheet = opened.pages[-1].obj
    tags = root.ParentTree.Nums[keys_of_marks.index(sheet.StructParents) * 2 + 1]
    assert all(tag.Pg == sheet for tag in tags)
    (whole,) = root.K
    assert str(whole.S) == "/Document"
    assert all(whole == tag.P for tag in whole.K)
    (seal,) = [one for one in opened.pages[0].Annots if str(one.Subtype) == "/Widget"]
    assert (str(seal.TU), seal.F & 4, seal.F & 2) == ("Cachet de la plateforme ALIZE", 4, 0)
    assert all(float(edge) < 0 for edge in seal.Rect)
    with opened.open_outline() as outline:
        assert [item.title for item in outline.root] == [
            "Convention de partenariat",
            "Feuille de signatures",
        ]


def test_sealed_document_still_reads_with_its_accents(sealed: Sealed):
    pages = pypdfium2.PdfDocument(sealed.content)
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in pages).split())
    assert "Les signataires œuvrent à l’essor du bassin d’Été, à 18 000 €." in text
    assert "Mme Élodie Çanteloube" in text


def test_check_sees_one_bit_changed_anywhere(sealed: Sealed):
    chance = random.Random(28)
    place = sealed.content.index(b"/Contents <")
    spots = [
        *(chance.randrange(len(sealed.content)) for _ in range(40)),
        *(chance.randrange(place, len(sealed.content)) for _ in range(40)),
    ]
    for spot in spots:
        spoilt = bytearray(sealed.content)
        spoilt[spot] ^= 1 << chance.randrange(8)
        finding = sealing.check(bytes(spoilt))
        assert finding.is_broken, f"byte {spot}: {finding}"
        assert not finding.is_genuine


def test_check_sees_a_page_edited_after_the_seal(sealed: Sealed):
    writer = IncrementalPdfFileWriter(BytesIO(sealed.content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(90)
    writer.update_container(page)
    edited = BytesIO()
    writer.write(edited)
    finding = sealing.check(edited.getvalue())
    assert (finding.is_intact, finding.is_whole, finding.is_broken) == (True, False, True)


@pytest.mark.parametrize("tail", [b"\n", b"%%EOF\n", b"bonjour"])
def test_check_sees_what_is_added_at_the_end(sealed: Sealed, tail: bytes):
    assert sealing.check(sealed.content + tail).is_broken


def test_check_sees_a_copy_saved_by_another_program(sealed: Sealed, opened: pikepdf.Pdf):
    saved = BytesIO()
    opened.save(saved)
    finding = sealing.check(saved.getvalue())
    assert (finding.is_intact, finding.is_broken) == (False, True)


def test_a_second_signature_is_refused(sealed: Sealed):
    signer = signers.SimpleSigner.load_pkcs12_data(
        sealed.keys.current(AT).container, other_certs=[], passphrase=SECRET.encode()
    )
    second = signers.PdfSignatureMetadata(field_name="Seconde signature")
    with pytest.raises(SigningError, match="forbids all changes"):
        signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(sealed.content)), second, signer=signer)


def test_the_seal_of_somebody_else_is_intact_but_not_ours(sealed: Sealed, second_folder: KeyFolder):
    second_folder.create(authority_passphrase=HALVES, passphrase="autre", at=AT)
    foreign = pades.sealed(
        sealed.original,
        container=second_folder.current(AT).container,
        passphrase="autre",
        reason="",
        location="",
        at=AT,
    )
    finding = sealing.check(foreign)
    assert (finding.is_sealed, finding.is_intact, finding.is_whole) == (True, True, True)
    assert (finding.is_ours, finding.is_genuine, finding.is_broken) == (False, False, False)


def test_check_tells_an_unsealed_file_and_survives_rubbish(sealed: Sealed):
    assert sealing.check(sealed.original) == SealFinding()
    assert sealing.check(b"") == SealFinding()
    assert sealing.check(b"%PDF-1.7 /ByteRange [0 1 2 3]") == SealFinding(is_sealed=True)


def test_a_seal_holds_after_its_certificate_expired_and_was_replaced(
    sealed: Sealed, key_folder: KeyFolder
):
    with pytest.raises(SealFailed, match="a expiré"):
        _seal(sealed, at=AT + timedelta(days=4 * 365))
    later = AT + timedelta(days=3 * 365 + 10)
    key_folder.rotate(authority_passphrase=HALVES, passphrase=SECRET, at=later)
    again = sealing.check(_seal(sealed, at=later))
    assert again.is_genuine
    assert key_folder.trust().named(again.fingerprint).number == 2
    assert sealing.check(sealed.content).is_genuine


def test_a_seal_holds_after_its_authority_was_replaced(sealed: Sealed, settings, tmp_path, db):
    """Read here, or in a process apart: the old seal and the new one, each by its authority."""
    folder = KeyFolder(tmp_path / "keys")
    shutil.copytree(sealed.keys.path, folder.path)
    (folder.path / "authority.p12").unlink()
    later = AT + timedelta(days=365 * 9)
    folder.renew(authority_passphrase=HALVES, passphrase=SECRET, at=later)
    settings.SEAL_KEYS = folder.path
    another = sealing.seal(
        original=sealed.original,
        sheet=sealed.original,
        attachments=[EVIDENCE],
        reason="Convention",
        location="Chambéry",
        at=later,
    )
    found = [sealing.check(content) for content in (sealed.content, another)]
    assert [one.is_genuine for one in found] == [True, True]
    assert found[0].fingerprint != found[1].fingerprint
    assert inspection.inspect(another, folder.trust()) == found[1]
    assert inspection.inspect(sealed.content, folder.trust()) == found[0]


def test_seal_refuses_a_wrong_passphrase(sealed: Sealed, settings):
    settings.SEAL_PASSPHRASE = "fausse"
    with pytest.raises(SealFailed, match="n'ouvre pas la clé"):
        _seal(sealed, at=AT)


def test_seal_refuses_a_file_that_is_no_pdf():
    with pytest.raises(SealFailed, match="il reste signé"):
        sealing.seal(original=b"rien", sheet=b"", attachments=[], reason="", location="", at=AT)


def test_nothing_of_pyhanko_is_imported_before_the_first_seal():
    code = "import sys, alize.seals.sealing; sys.exit('pyhanko' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _seal(sealed: Sealed, *, at) -> bytes:
    return sealing.seal(
        original=sealed.original, sheet=b"", attachments=[], reason="", location="", at=at
    )


def test_the_demo_makes_its_keys_at_the_first_need(tmp_path):
    with override_settings(SEAL_KEYS=tmp_path / "keys", SEAL_PASSPHRASE="démo", DEMO=True):
        made = keys.folder(AT).current(AT)
        assert keys.folder(AT).current(AT) == made
