"""What a browser refused of our pages is told by the logs, a limited number of times."""

import json
import logging

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.conftest import VisitorClient

TOKEN = "x" * 43
PAGE = f"https://alize.example/suivi/{TOKEN}/?next=secret"
OLD = {
    "csp-report": {
        "effective-directive": "script-src-elem",
        "blocked-uri": f"https://user@evil.example/{TOKEN}.js",
        "document-uri": PAGE,
        "script-sample": "alert('FR7630006000011234567890189')",
    }
}
NEW = [
    {
        "type": "csp-violation",
        "body": {"effectiveDirective": "style-src", "blockedURL": "inline", "documentURL": PAGE},
    }
]


@pytest.fixture(autouse=True)
def _fresh_limits(db):
    cache.clear()


def send(content, **more):
    text = content if isinstance(content, str) else json.dumps(content)
    client = VisitorClient(enforce_csrf_checks=True)
    return client.post(reverse("policy_report"), text, content_type="application/json", **more)


def told(caplog) -> list[tuple[str, str, str]]:
    lines = [line for line in caplog.records if line.name == "alize.policy"]
    assert TOKEN not in str([vars(line) for line in lines])
    return [(line.directive, line.blocked, line.page) for line in lines]


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (OLD, ("script-src-elem", "evil.example", "follow_up_review")),
        (NEW, ("style-src", "inline", "follow_up_review")),
        ({"csp-report": {"blocked-uri": ["x"], "document-uri": 3}}, ("", "", "")),
        ({"csp-report": {"blocked-uri": "http://[", "document-uri": "/rien/"}}, ("", "", "")),
    ],
)
def test_a_violation_is_a_line_without_any_address(caplog, report, line):
    assert send(report).status_code == 204
    assert told(caplog) == [line]
    assert caplog.records[0].levelno == logging.WARNING


@pytest.mark.parametrize("content", ["", "{", "[[1]]", '"a"', "[" * 9_000, '{"csp-report": 1}'])
def test_what_is_no_report_says_nothing(caplog, content):
    assert send(content).status_code == 204
    assert told(caplog) == []


def test_neither_long_nor_often(caplog, settings):
    assert send("x" * 16_001).status_code == 413
    assert send([NEW[0]] * 50).status_code == 204
    assert len(told(caplog)) == 5
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "policy_report": "1/m/ip"}
    for _ in range(3):
        assert send(NEW).status_code == 204
    assert len(told(caplog)) <= 6


def test_every_page_says_where_to_send_it(client):
    answer = client.get("/connexion/")
    page = reverse("policy_report")
    assert f"report-uri {page}" in answer["Content-Security-Policy"]
    assert "report-to politique" in answer["Content-Security-Policy"]
    assert answer["Reporting-Endpoints"] == f'politique="{page}"'
