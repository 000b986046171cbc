"""What is too large is refused in words, before it is kept anywhere (security.md T21, S25)."""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from alize.common import bodies
from alize.documents import vetting
from alize.seals import forms as seals
from funds.bank import LARGEST_FILE
from tests.conftest import VisitorClient

ROOT = Path(settings.BASE_DIR)
PAGE = "/verifier/"
ENVELOPE = 1_000_000
"""More than what a form sends beside its file."""


class Body:
    """A body of zeros as a server gives it, that counts what is read."""

    def __init__(self, length: int) -> None:
        self.left, self.largest = length, 0

    def read(self, size: int) -> bytes:
        given = min(size, self.left)
        self.left, self.largest = self.left - given, max(self.largest, given)
        return b"0" * given

    readline = read


def sent(length: int, **headers: str) -> tuple[str, str, Body]:
    """Send a form of that length as a server would: the status, the page, what is left unread."""
    body, status = Body(length), []
    kind = "multipart/form-data; boundary=x"
    environ = RequestFactory().generic("POST", PAGE, content_type=kind).environ
    environ |= {"wsgi.input": body, "CONTENT_LENGTH": str(length), **headers}
    handler = WSGIHandler()
    answer = handler(environ, lambda line, _: status.append(line))
    return status[0], b"".join(answer).decode(), body


def test_a_body_over_the_limit_is_refused_in_words_and_kept_nowhere(monkeypatch):
    def kept(*_, **__):
        raise AssertionError("a body refused is not taken as files")

    monkeypatch.setattr(FileUploadHandler, "new_file", kept)
    status, page, body = sent(settings.REQUEST_MAX_BYTES + 1)
    assert status.startswith("413")
    assert "Le fichier est trop lourd" in page
    assert "50 Mo" in page
    assert (body.left, body.largest <= bodies.CHUNK) == (0, True)


def test_nobody_waits_for_the_end_of_two_gigabytes():
    status, _, body = sent(2_000_000_000)
    assert status.startswith("413")
    assert body.left >= 1_400_000_000


def test_a_body_that_the_proxy_stopped_is_refused_with_the_same_page():
    status, page, _ = sent(0, CONTENT_LENGTH="", HTTP_X_BODY_REFUSED="1")
    assert (status[:3], "Le fichier est trop lourd" in page) == ("413", True)


def test_a_body_that_does_not_say_its_length_is_refused():
    status, _, body = sent(100, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked")
    assert (status[:3], body.left) == ("411", 100)


def test_the_page_is_refused_before_anything_is_asked_of_the_database():
    """Without the mark of pytest, a query raises."""
    answer = VisitorClient().post(
        PAGE, b"", content_type="text/plain", headers={bodies.REFUSED: "1"}
    )
    assert answer.status_code == 413
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_largest_file_of_each_page_passes_and_all_say_the_same():
    largest = max(vetting.MAX_BYTES, seals.MAX_BYTES, LARGEST_FILE)
    assert largest + ENVELOPE < settings.REQUEST_MAX_BYTES == 52_000_000
    for path in ("README.md", "docker-compose.yml"):
        said = re.findall(r"\b52 M[Bo]\b", (ROOT / path).read_text())
        assert len(said) == 1, path
    proxy = (ROOT / "deploy" / "nginx.conf").read_text()
    assert "client_max_body_size 52m;" in proxy
    assert f'proxy_set_header {bodies.REFUSED} "";' in proxy
    assert f"proxy_set_header {bodies.REFUSED} 1;" in proxy
