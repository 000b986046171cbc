"""Logs hold no address that opens a page by itself (security.md D23)."""

import json
import logging
import secrets
from io import StringIO

from django.test import Client

from alize.common.logs import JsonFormatter
from basins.enums import Role


def written(message: str, **extra: object) -> dict:
    record = logging.LogRecord("alize", logging.WARNING, "", 0, message, (), None)
    record.__dict__ |= extra
    return json.loads(JsonFormatter().format(record))


def test_a_line_is_json_with_its_extras():
    line = written("outbox.failed", entry=7)
    assert (line["message"], line["level"], line["entry"]) == ("outbox.failed", "WARNING", "7")


def test_the_lines_of_a_request_say_who_asked_where(client_as):
    client = client_as(Role.OPERATOR)
    lines = StringIO()
    handler = logging.StreamHandler(lines)
    handler.setFormatter(JsonFormatter())
    requests = logging.getLogger("django.request")
    requests.addHandler(handler)
    try:
        client.get("/bassins/savoie/dossiers/inconnu/")
        client.get("/bassins/savoie/dossiers/inconnu/")
        Client().get("/nulle-part/")
    finally:
        requests.removeHandler(handler)
    first, second, other = map(json.loads, lines.getvalue().splitlines())
    assert (first["user"], first["basin"]) == (client.user.pk, "savoie")
    assert len({line["request_id"] for line in (first, second, other)}) == 3
    assert not {"user", "basin"} & other.keys()


def test_the_token_of_a_link_is_masked():
    token = secrets.token_urlsafe(32)
    line = written(f"Not Found: /suivi/{token}/", request=f"<WSGIRequest: GET '/signer/{token}'>")
    assert token not in str(line)
    assert line["message"] == "Not Found: /suivi/…/"


def test_ordinary_addresses_are_kept():
    path = "/bassins/savoie/dossiers/2026-SAV-014/"
    assert written(path)["message"] == path
