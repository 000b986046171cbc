"""Who gets a document, under which headers."""

import re
from datetime import date

import pytest
from django.test import Client, RequestFactory

from alize.common.addresses import basin_reverse
from alize.documents import readable, storage
from alize.documents.models import GeneratedDocument, StoredFile
from alize.documents.operations import issue_document
from alize.documents.views import serve
from basins.enums import Role
from tests.builders import at, make_project


@pytest.fixture
def document(in_savoie) -> GeneratedDocument:
    return make_document()


def make_document(**changes) -> GeneratedDocument:
    values = {
        "kind": "pv",
        "reference": "2026-05",
        "title": "Comité d'agrément",
        "template": "pdf/base.html",
        "context": {},
        "as_of": date(2026, 11, 22),
        "target": changes.pop("target", None) or make_project(),
        "by": None,
        "at": at(),
        **changes,
    }
    return issue_document(**values)


@pytest.fixture(autouse=True)
def judges(monkeypatch) -> dict:
    """No judge but those of the test."""
    own: dict = {}
    monkeypatch.setattr(readable, "_JUDGES", own)
    return own


def address(document: GeneratedDocument) -> str:
    return basin_reverse("document_download", document_id=document.pk)


def test_document_download_hands_over_the_bytes(document, judges, client_as):
    judges["projects.project"] = lambda request, asked: asked == document
    response = client_as(Role.OPERATOR).get(address(document))
    with storage.opened(document.key) as stored:
        assert b"".join(response.streaming_content) == stored.read()
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    assert response["Content-Disposition"] == (
        'attachment; filename="2026-11-22_ALIZE-Savoie_pv_2026-05_v1.pdf"'
    )


def test_document_download_opens_in_the_page_when_asked(document, judges, client_as):
    judges["projects.project"] = lambda request, asked: True
    response = client_as(Role.OPERATOR).get(address(document) + "?voir=1")
    assert response["Content-Disposition"].startswith("inline")
    response.close()


def test_document_download_is_not_found_when_its_owner_refuses(document, judges, client_as):
    judges["projects.project"] = lambda request, asked: False
    assert client_as(Role.OPERATOR).get(address(document)).status_code == 404


def test_document_download_is_not_found_when_nobody_answers_for_it(document, client_as):
    assert client_as(Role.OPERATOR).get(address(document)).status_code == 404


def test_document_download_of_another_basin_is_not_found(document, judges, meuse, client_as):
    judges["projects.project"] = lambda request, asked: True
    elsewhere = basin_reverse("document_download", basin=meuse, document_id=document.pk)
    assert client_as(Role.OPERATOR, basin=meuse).get(elsewhere).status_code == 404
    assert client_as(Role.OPERATOR).get(elsewhere).status_code == 404
    assert Client().get(address(document)).status_code == 302


def test_two_judges_of_one_target_are_refused(judges):
    readable.register("projects.project", lambda request, asked: True)
    with pytest.raises(ValueError, match="Two judges"):
        readable.register("projects.project", lambda request, asked: False)


def test_serve_leaves_the_bytes_to_the_proxy(document, settings):
    settings.DOCUMENTS_ACCEL_PREFIX = "/_documents"
    response = serve(document, RequestFactory().get("/"))
    assert response["X-Accel-Redirect"] == f"/_documents/{document.key}"
    assert response.content == b""
    assert response["Content-Type"] == "application/pdf"


def test_what_the_proxy_serves_says_all_that_the_site_says_of_it(
    document, judges, client_as, settings
):
    judges["projects.project"] = lambda request, asked: True
    settings.DOCUMENTS_ACCEL_PREFIX = "/_documents"
    settings.SECURE_HSTS_SECONDS = 60
    answer = client_as(Role.OPERATOR).get(address(document), secure=True)
    assert answer["Content-Disposition"].startswith("attachment")
    kept = {"Content-Type", "Content-Disposition", "Cache-Control"}
    ours = {"X-Accel-Redirect", "Content-Length", "Vary"}
    proxy = (settings.BASE_DIR / "deploy" / "nginx.conf").read_text()
    added = re.findall(r"add_header (\S+) \$upstream_http_(\w+);", proxy)
    assert {name for name, _ in added} == set(answer.headers) - kept - ours
    assert all(name.lower().replace("-", "_") == said for name, said in added)


@pytest.mark.parametrize("prefix", ["", "/_documents"])
@pytest.mark.parametrize(("extension", "kind"), [("png", "image/png"), ("pdf", "application/pdf")])
def test_serve_keeps_the_accents_of_a_name_and_never_opens_what_was_sent(
    in_savoie, extension, kind, prefix, settings
):
    settings.DOCUMENTS_ACCEL_PREFIX = prefix
    stored = StoredFile(
        name=f"état.{extension}", content_type=kind, key=storage.keep(b"%PDF"), size=4
    )
    response = serve(stored, RequestFactory().get("/?voir=1"))
    assert response["Content-Disposition"] == f"attachment; filename*=utf-8''%C3%A9tat.{extension}"
    response.close()
