"""Documents issued and files kept, with their rows, bytes, journal and register."""

import hashlib
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, transaction

from alize.audit.models import AuditEvent
from alize.documents import operations, pdf, storage
from alize.documents.models import GeneratedDocument, RegisteredDocument, StoredFile
from alize.documents.operations import issue_document, issue_file, store_upload
from alize.documents.vetting import UploadRefused
from basins import tenancy
from tests.builders import at, make_person, make_project

pytestmark = pytest.mark.usefixtures("in_savoie")


@pytest.fixture
def issue() -> Callable[..., GeneratedDocument]:
    """Issues a document about a project; what a test says replaces the rest."""
    project, author = make_project(), make_person()

    def act(**changes) -> GeneratedDocument:
        values = {
            "kind": "pv",
            "reference": "2026-05",
            "title": "Comité d'agrément du 12 mars 2026",
            "template": "pdf/base.html",
            "context": {},
            "as_of": date(2026, 11, 22),
            "target": project,
            "by": author,
            "at": at(),
            **changes,
        }
        return issue_document(**values)

    return act


def content_of(document: GeneratedDocument | StoredFile) -> bytes:
    with storage.opened(document.key) as stream:
        return stream.read()


def text_of(document: GeneratedDocument) -> str:
    return pypdfium2.PdfDocument(content_of(document))[0].get_textpage().get_text_range()


def test_issue_document_keeps_bytes_digest_and_mentions(issue):
    document = issue()
    content = content_of(document)
    assert content.startswith(b"%PDF")
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.size == len(content)
    assert document.file_name == "2026-11-22_ALIZE-Savoie_pv_2026-05_v1.pdf"
    assert document.target_type == "projects.project"
    assert len(document.template_version) == 12
    assert document.key.startswith("b_0001/")
    assert "ALIZE Savoie" in text_of(document)
    assert "Référence 2026-05, version 1" in text_of(document)
    with pikepdf.open(BytesIO(content)) as opened:
        link = str(opened.pages[0].Annots[0].A.URI)
    assert link == "http://testserver/verifier/?reference=2026-05&version=1&espace=b_0001"


def test_issue_document_again_without_change_returns_the_same_row(issue):
    first = issue()
    assert issue(at=at(hour=11)) == first
    assert GeneratedDocument.objects.count() == 1


def test_issue_document_with_other_words_makes_the_next_version(issue):
    first, second = issue(draft=True), issue()
    assert (first.version, first.is_draft) == (1, True)
    assert first.file_name.endswith("_v1_projet.pdf")
    assert (second.version, second.is_draft) == (2, False)
    assert "Référence 2026-05, version 2" in text_of(second)
    assert issue() == second
    assert list(GeneratedDocument.objects.of("pv", "2026-05")) == [second, first]


def test_issue_document_is_written_in_the_journal(issue):
    document = issue()
    event = AuditEvent.objects.get(type="document.issued")
    assert event.target_id == str(document.pk)
    assert event.facts == {
        "kind": "pv",
        "reference": "2026-05",
        "version": 1,
        "sha256": document.sha256,
    }


def test_issue_document_reaches_the_public_register(issue, run_outbox):
    document = issue()
    assert not RegisteredDocument.objects.exists()
    run_outbox()
    with tenancy.national():
        entry = RegisteredDocument.objects.get(sha256=document.sha256)
        assert (entry.issuer, entry.reference, entry.version) == ("ALIZE Savoie", "2026-05", 1)


def test_issue_document_that_fails_keeps_nothing(issue, monkeypatch):
    def fail(html: str) -> bytes:
        raise pdf.RenderFailed("Trop long : réduisez-le.")

    monkeypatch.setattr(pdf, "render", fail)
    with pytest.raises(pdf.RenderFailed):
        issue()
    assert not GeneratedDocument.objects.exists()


def test_issue_file_keeps_a_spreadsheet_beside_its_report():
    project = make_project()
    values = {
        "kind": "rapport-tableaux",
        "reference": "2026",
        "title": "Rapport annuel",
        "content_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "extension": "xlsx",
        "as_of": date(2026, 12, 31),
        "target": project,
        "by": None,
        "at": at(),
    }
    first = issue_file(content=b"PK1", **values)
    assert issue_file(content=b"PK1", **values) == first
    assert first.file_name == "2026-12-31_ALIZE-Savoie_rapport-tableaux_2026_v1.xlsx"
    assert issue_file(content=b"PK2", **values).version == 2


def test_document_is_neither_changed_nor_removed(issue):
    document = issue()
    for act in (
        lambda: GeneratedDocument.objects.update(title="x"),
        document.delete,
    ):
        with pytest.raises(Exception, match=r"permission denied|append_only"), transaction.atomic():
            act()


def test_version_is_unique(issue):
    document = issue()
    document.pk, document.key = None, "b_0001/x"
    with pytest.raises(IntegrityError, match="version_is_unique"), transaction.atomic():
        document.save()


def test_digest_is_a_sha256(issue):
    document = issue()
    document.pk, document.key, document.version, document.sha256 = None, "b_0001/x", 2, "court"
    with pytest.raises(IntegrityError, match="sha256"), transaction.atomic():
        document.save()


# -- Files ----


def one_page() -> bytes:
    content = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(content)
    return content.getvalue()


def upload(**changes) -> StoredFile:
    values = {"file": ContentFile(one_page()), "name": "../devis.pdf", "at": at(), **changes}
    return store_upload(**{"by": make_person(), **values})


def test_store_upload_keeps_what_was_vetted():
    stored = upload()
    assert stored.name == stored.file_name == "devis.pdf"
    assert stored.sha256 == hashlib.sha256(content_of(stored)).hexdigest()
    assert stored.key.startswith("b_0001/")
    assert AuditEvent.objects.get(type="file.stored").facts == {"sha256": stored.sha256}


def test_store_upload_refused_keeps_nothing():
    with pytest.raises(UploadRefused):
        upload(file=ContentFile(b"<html>"))
    assert not StoredFile.objects.exists()
    assert not AuditEvent.objects.filter(type="file.stored").exists()


def test_store_upload_by_nobody_known_is_possible():
    assert upload(by=None).uploaded_by is None


def test_store_upload_stops_at_so_many_files_a_day(monkeypatch):
    monkeypatch.setattr(operations, "FILES_A_DAY", 2)
    author = make_person()
    upload(by=author)
    upload(by=author)
    with pytest.raises(UploadRefused, match="maximum"):
        upload(by=author)
    upload()
    assert upload(by=author, at=at() + timedelta(days=2))


def test_store_upload_counts_what_each_link_brings(monkeypatch):
    monkeypatch.setattr(operations, "FILES_A_DAY", 1)
    assert upload(by=None, link="signer:1").link == "signer:1"
    with pytest.raises(UploadRefused, match="maximum"):
        upload(by=None, link="signer:1")
    assert upload(by=None, link="signer:2")
    with pytest.raises(IntegrityError, match="one_sender"), transaction.atomic():
        upload(link="signer:3")


def test_store_upload_counts_again_once_its_turn_has_come(monkeypatch):
    """Meanwhile, another file of the same person was kept."""
    monkeypatch.setattr(operations, "FILES_A_DAY", 1)
    author, hold = make_person(), operations.hold

    def wait(name):
        monkeypatch.setattr(operations, "hold", hold)
        upload(by=author)
        hold(name)

    monkeypatch.setattr(operations, "hold", wait)
    with pytest.raises(UploadRefused, match="maximum"):
        upload(by=author)
    upload(by=None, link="signer:1")
    free = "SELECT pg_try_advisory_xact_lock(hashtextextended('b_0001:upload:signer:' || %s, 0))"
    with tenancy.owner_cursor() as other:
        assert [other.execute(free, [link]).fetchone()[0] for link in "12"] == [False, True]


def test_store_upload_stops_when_the_basin_is_full(monkeypatch):
    upload()
    monkeypatch.setattr(operations, "BYTES_A_BASIN", 100)
    with pytest.raises(UploadRefused, match="plein"):
        upload()


def test_each_basin_has_its_own_compartment(meuse):
    first = upload()
    with tenancy.inside(meuse):
        assert upload().key.startswith("b_0002/")
        assert not StoredFile.objects.filter(sha256=first.sha256, key=first.key).exists()
    assert connection.schema_name == "b_0001"
