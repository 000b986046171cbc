"""What `/verifier/` tells anybody of a file or of a reference, and the certificates published."""

from datetime import date, timedelta
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pikepdf
import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse
from pikepdf import Array, Dictionary
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from alize.documents.imprint import verify_path
from alize.documents.models import GeneratedDocument
from alize.documents.operations import issue_file
from alize.seals import inspection, operations, pades
from alize.seals.enums import Standing
from alize.seals.inspection import Limits
from alize.seals.outside import signatures_of
from alize.seals.queries import EVIDENCE_KIND
from basins import tenancy
from tests.builders import make_project
from tests.conftest import VisitorClient
from tests.seals.conftest import AT, Sealed
from tests.words import plain

pytestmark = pytest.mark.usefixtures("our_keys")


def verify(content: bytes) -> str:
    copy = SimpleUploadedFile("copie.pdf", content)
    page = VisitorClient().post(reverse("document_verify"), {"copy": copy})
    assert page.status_code == 200
    return plain(page)


def look_up(reference: str, **more: int | str) -> str:
    page = VisitorClient().get(reverse("document_verify"), {"reference": reference, **more})
    return unescape(page.content.decode()).replace("\u00a0", " ")


def issue(content: bytes, **changes) -> GeneratedDocument:
    """A document that nobody signs."""
    values = {
        "kind": "pv",
        "reference": "2026-05",
        "title": "Comité d'agrément",
        "content": content,
        "content_type": "application/pdf",
        "extension": "pdf",
        "as_of": date(2026, 11, 22),
        "target": make_project(pk=None),
        "by": None,
        "at": AT,
    }
    return issue_file(**{**values, **changes})


def test_document_verify_knows_an_exact_copy_and_sees_one_byte_more(in_savoie, run_outbox):
    issue(b"%PDF-1.7 un")
    run_outbox()
    assert "Document authentique" in verify(b"%PDF-1.7 un")
    assert "Document inconnu ou modifié" in verify(b"%PDF-1.7 un ")


def test_document_verify_answers_to_the_qr_code_without_the_title(in_savoie, run_outbox):
    issue(b"%PDF-1.7 un")
    run_outbox()
    text = look_up("2026-05", version=1)
    assert "Document inscrit au registre" in text
    assert "ALIZE Savoie" in text
    assert "Comité d'agrément" not in text
    assert "Référence inconnue" in look_up("2099-99")
    assert "Référence inconnue" in look_up("2026-05", version=2)
    assert "Document inscrit au registre" in look_up("2026-05", version=10**30)


def test_document_verify_takes_no_basin_for_another_with_the_same_reference(
    savoie, meuse, run_outbox
):
    with tenancy.inside(savoie):
        issue(b"%PDF-1.7 un")
        issue(b"%PDF-1.7 deux", as_of=date(2026, 12, 1))
        (asked,) = parse_qs(urlsplit(verify_path("2026-05", 1)).query)["espace"]
    with tenancy.inside(meuse):
        issue(b"%PDF-1.7 trois")
    run_outbox()
    ours = look_up("2026-05", version=1, espace=asked)
    assert ("ALIZE Savoie" in ours, "Document remplacé" in ours) == (True, True)
    typed = look_up("2026-05")
    assert "Plusieurs bassins ont un document de cette référence" in typed
    assert "Émis par" not in typed


def test_document_verify_names_the_version_that_replaced_it_and_says_a_draft(in_savoie, run_outbox):
    issue(b"%PDF-1.7 un")
    issue(b"%PDF-1.7 deux", as_of=date(2026, 12, 1))
    issue(b"%PDF-1.7 brouillon", reference="2026-06", draft=True)
    run_outbox()
    text = verify(b"%PDF-1.7 un")
    assert "Document remplacé" in text
    assert "version 2, arrêtée au 01/12/2026" in text
    assert "Projet de document" in verify(b"%PDF-1.7 brouillon")


def test_document_verify_says_when_a_document_was_sealed_and_what_it_is_worth(
    keep, document, sealed: Sealed, run_outbox
):
    keep()
    run_outbox()
    told = "scellé le mardi 24 novembre 2026, 26 signatures, version en vigueur"
    for text in (verify(sealed.content), look_up("sav-2026-01"), look_up("SAV-2026-01", version=1)):
        assert told in text
    unsigned = verify(sealed.original)
    assert "Document authentique, avant signature" in unsigned
    assert "26 signatures : c'est l'exemplaire scellé qui fait foi" in unsigned
    operations.set_standing(
        document=document, standing=Standing.REPLACED, replaced_by="SAV-2026-01-A1", at=AT
    )
    run_outbox()
    text = verify(sealed.content)
    assert "Document authentique, mais remplacé" in text
    assert "SAV-2026-01-A1" in text
    for hours, standing, by, said in (
        (1, Standing.AMENDED, "SAV-2026-01-A2", "par SAV-2026-01-A2"),
        (2, Standing.EXPIRED, "", "mais arrivé à son terme"),
    ):
        operations.set_standing(
            document=document, standing=standing, replaced_by=by, at=AT + timedelta(hours=hours)
        )
        run_outbox()
        assert said in verify(sealed.content)


def test_document_verify_takes_no_evidence_for_the_act_that_it_is_about(
    keep, sealed: Sealed, run_outbox
):
    keep()
    for content in (b"%PDF-1.7 preuve", b"%PDF-1.7 autre preuve"):
        issue(content, kind=EVIDENCE_KIND, reference="SAV-2026-01", title="Dossier de preuve")
    run_outbox()
    # That of a first version stays what it is when the act is signed anew.
    text = verify(b"%PDF-1.7 preuve")
    assert "Dossier de preuve authentique" in text
    assert "comment chacun a signé l'acte SAV-2026-01" in text
    assert "n'engage encore personne" not in text
    assert "Document scellé, inscrit au registre" in look_up("SAV-2026-01")
    assert "Référence inconnue" in look_up("SAV-2026-01", version=2)


def test_document_verify_tells_a_spoilt_seal_from_an_unknown_file(db, sealed: Sealed):
    assert "Modifié après scellement" in verify(sealed.content + b"\n")
    assert "absent du registre" in verify(sealed.content)
    assert "Document inconnu ou modifié" in verify(sealed.original)
    assert "signature rompue" in verify(b"%PDF-1.7 /ByteRange [0 1 2 3]" + b"[" * 100_000)


def test_document_verify_does_not_take_the_seal_of_another_for_ours(
    db, sealed: Sealed, second_folder
):
    second_folder.create(authority_passphrase="a", passphrase="b", at=AT)
    foreign = pades.sealed(
        sealed.original,
        container=second_folder.current(AT).container,
        passphrase="b",
        reason="",
        location="",
        at=AT,
    )
    shown = verify(foreign)
    assert "Signature intacte, mais pas la nôtre" in shown
    assert "sans juger la confiance" in shown


def signed_by(pdf: bytes, folder, *fields: str) -> bytes:
    """Signed once for each field, with somebody else's tool."""
    key = folder.current(AT)
    signer = signers.SimpleSigner.load_pkcs12_data(key.container, [], passphrase=b"b")
    for field in fields:
        asked = signers.PdfSignatureMetadata(field_name=field)
        written = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), asked, signer)
        pdf = written.getvalue()
    return pdf


def edited(pdf: bytes) -> bytes:
    """The same file, its first page turned by who signs nothing."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(90)
    writer.update_container(page)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


@pytest.fixture
def all_the_time(monkeypatch):
    """However busy the machine is, a file is read to its end."""
    monkeypatch.setattr(inspection.inspect, "__defaults__", (Limits(cpu=30, wall=120),))


def test_a_file_signed_elsewhere_says_by_whom_and_whether_it_is_intact(
    db, sealed: Sealed, second_folder, all_the_time
):
    second_folder.create(authority_passphrase="a", passphrase="b", at=AT)
    pdf = signed_by(sealed.original, second_folder, "Maire", "Préfet")
    (first, second) = signatures_of(pdf)
    assert first.term == second.term != ""
    assert "Certificat délivré par " in first.value
    assert "intacte ; le fichier a été signé ou complété depuis" in first.value
    assert "intacte, rien n'a changé depuis" in second.value
    assert [line.value for line in signatures_of(edited(pdf))] == [
        line.value.rpartition(" : ")[0] + " : le fichier a été modifié depuis."
        for line in (first, second)
    ]
    # In the comment of the second line, which says nothing but is covered.
    broken = pdf[:11] + bytes([pdf[11] ^ 1]) + pdf[12:]
    assert all("rompue" in line.value for line in signatures_of(broken))
    assert second.value in verify(pdf)
    assert "Signatures intactes, mais pas les nôtres" in verify(pdf)
    assert "Signatures intactes, mais document modifié depuis" in verify(edited(pdf))
    assert "signature rompue" in verify(broken)
    assert signatures_of(sealed.original) == []
    for hostile in (b"%PDF-1.7 /ByteRange [0 1 2 3]", pdf[:-400]):
        assert signatures_of(hostile)


def of_many_objects(count: int) -> bytes:
    """A file that is small and holds many objects, a hundred in a stream."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Many = Array([pdf.make_indirect(Dictionary(A=rank)) for rank in range(count)])
        written = BytesIO()
        pdf.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def of_endless_paths() -> bytes:
    """A small file where each object leads to all that follow: their paths are without number."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        after: list[pikepdf.Object] = []
        for _ in range(40):
            after.append(pdf.make_indirect(Dictionary(Next=Array(after))))
        pdf.Root.Many = after[-1]
        written = BytesIO()
        pdf.save(written)
    return written.getvalue()


def test_a_file_signed_twice_whose_objects_are_many_is_compared_in_time(second_folder, sealed):
    """Each stream of objects is read once: a hundred times more would not fit in the limits."""
    second_folder.create(authority_passphrase="a", passphrase="b", at=AT)
    pdf = signed_by(of_many_objects(3_000), second_folder, "Maire", "Préfet")
    found = inspection.inspect(pdf, sealed.keys.trust(), Limits(cpu=30, wall=120))
    assert [one.since for one in found.outside] == ["COMPLETED", "NOTHING"]
    reader, reads = pades._Reader(BytesIO(pdf)), []
    places = reader._places
    reader._places = lambda stream: reads.append(stream) or places(stream)
    assert reader.root["/Many"][2_999]["/A"] == 2_999
    assert reader.root["/Many"][2_998]["/A"] == 2_998
    assert len(reads) <= 3


def test_what_is_too_long_to_compare_is_said_and_the_rest_still_read(
    db, sealed: Sealed, second_folder, monkeypatch
):
    second_folder.create(authority_passphrase="a", passphrase="b", at=AT)
    pdf = signed_by(of_endless_paths(), second_folder, "Maire", "Préfet")
    found = inspection.inspect(pdf, sealed.keys.trust(), Limits(wall=60))
    assert [(one.is_intact, one.since) for one in found.outside] == [
        (True, "UNKNOWN"),
        (True, "NOTHING"),
    ]
    monkeypatch.setattr(inspection, "inspect", lambda *_: found)
    shown = verify(pdf)
    assert "Signatures intactes, mais document complété depuis" in shown
    assert "trop longs à comparer ici" in shown
    assert "ce qui a été ajouté au fichier depuis est trop long à comparer" in shown


def test_a_name_written_by_a_stranger_is_shown_on_one_line(db):
    named = pades._named(asn1_x509.Name.build({"common_name": "Ève\n\u202e" + "x" * 500}))
    assert named.startswith("Ève  x")
    assert len(named) == pades.LONGEST


def test_document_verify_answers_whatever_it_is_given(db, sealed: Sealed, monkeypatch):
    assert inspection.inspect(sealed.content, sealed.keys.trust(), Limits(wall=0.01)) is None
    monkeypatch.setattr(inspection, "inspect", lambda *_: None)
    assert "trop lourd pour être examiné" in verify(sealed.content)
    page = VisitorClient().post(reverse("document_verify")).content.decode()
    assert "Déposez le document ou indiquez sa référence." in page
    assert "facultatif" not in page
    monkeypatch.setattr("alize.seals.forms.MAX_BYTES", 10)
    assert "dépasse 50 Mo" in verify(b"%PDF-1.7 long")


def test_document_verify_reads_few_strangers_at_once_and_still_knows_ours(
    db, keep, sealed: Sealed, run_outbox, monkeypatch
):
    """Files made to take long hold a few processes, never the whole site."""
    keep()
    run_outbox()
    monkeypatch.setattr(inspection, "AT_ONCE", 1)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, 0)", [inspection.TURNS])
    altered = {"copy": SimpleUploadedFile("copie.pdf", sealed.content + b"\n")}
    page = VisitorClient().post(reverse("document_verify"), altered)
    assert (page.status_code, "Document pas encore examiné" in page.content.decode()) == (503, True)
    assert "Document authentique" in verify(sealed.content)
    other.close()
    for _ in range(2):
        assert "Modifié après scellement" in verify(sealed.content + b"\n")


def test_document_verify_sees_what_was_added_to_a_file_too_heavy_to_read(
    db, sealed: Sealed, monkeypatch
):
    monkeypatch.setattr(inspection, "inspect", lambda *_: None)
    assert "Modifié après scellement" in verify(sealed.content + b"1 0 obj\n<<>>\nendobj\n" * 9)
    assert "trop lourd pour être examiné" in verify(sealed.content)
    assert "trop lourd pour être examiné" in verify(sealed.original + b"\n")


def test_seal_certificates_publishes_what_is_needed_to_check_alone(db, sealed: Sealed):
    certificate = sealed.keys.current(AT).certificate
    text = VisitorClient().get(reverse("seal_certificates")).content.decode()
    assert "bandeau jaune" in text
    assert certificate.fingerprint[:4].upper() in text
    for name in ("alize-autorite-1.pem", "alize-cachet-1.pem"):
        file = VisitorClient().get(reverse("seal_certificate", kwargs={"name": name}))
        x509.load_pem_x509_certificate(file.content)
    revoked = VisitorClient().get(
        reverse("seal_certificate", kwargs={"name": "alize-revocations-1.crl"})
    )
    x509.load_der_x509_crl(BytesIO(revoked.content).read())
    assert VisitorClient().get(reverse("seal_certificate", kwargs={"name": "x"})).status_code == 404


def test_basin_reads_nothing_of_the_register(in_savoie):
    for table in ("documents_registereddocument", "seals_seal", "seals_sealstanding"):
        with (
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(f"SELECT * FROM public.{table}")
