"""What a browser refused of our pages comes back as a line of the logs (ASVS 3.4.7)."""

import json
import logging
import re
from typing import Any
from urllib.parse import urlsplit

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from alize.common.access import public

logger = logging.getLogger("alize.policy")
LONGEST = 16_000
"""Bytes of a report; a browser writes one or two thousand."""
MOST = 5
"""Reports of one sending that are read."""
_WORD = re.compile(r"[a-z-]{1,40}")


@csrf_exempt  # a browser sends it by itself, and nothing of ours changes
@require_POST
@public
def policy_report(request: HttpRequest) -> HttpResponse:
    """Log which directive was broken, by what, on which page: no address, which may hold a token.

    Both shapes are read, `report-uri` and `report-to`. Beyond the limit, nothing is said.
    """
    announced = request.headers.get("Content-Length", "") or "0"
    if not announced.isdecimal() or int(announced) > LONGEST:
        return HttpResponse(status=413)
    if ratelimit.consume(request, action="policy_report"):
        for body in _bodies(request.body)[:MOST]:
            logger.warning("policy.violated", extra=_facts(body))
    return HttpResponse(status=204)


def _bodies(content: bytes) -> list[dict[str, Any]]:
    """The violations that a sending tells of; none when it is no report."""
    try:
        sent = json.loads(content)
    except (ValueError, RecursionError):
        return []
    reports = sent if isinstance(sent, list) else [sent]
    found = [
        report.get("csp-report") or report.get("body")
        for report in reports
        if isinstance(report, dict)
    ]
    return [body for body in found if isinstance(body, dict)]


def _facts(body: dict[str, Any]) -> dict[str, str]:
    directive = body.get("effective-directive") or body.get("effectiveDirective")
    blocked = body.get("blocked-uri") or body.get("blockedURL")
    page = body.get("document-uri") or body.get("documentURL")
    return {"directive": _word(directive), "blocked": _origin(blocked), "page": _page(page)}


def _word(value: Any) -> str:
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _origin(value: Any) -> str:
    """« inline », « eval », or the host that was asked."""
    return _word(value) or (_parts(value)[0][:80] if isinstance(value, str) else "")


def _page(value: Any) -> str:
    """The name of the page, as in the other lines of the logs."""
    try:
        return resolve(_parts(value)[1]).url_name if isinstance(value, str) else ""
    except Resolver404:
        return ""


def _parts(address: str) -> tuple[str, str]:
    """The host and the path of an address; nothing of what is none."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "", ""
    return parts.netloc.rpartition("@")[2], parts.path
