"""A body too large for any page is refused by the length it announces, before it is kept (T21)."""

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string

REFUSED = "X-Body-Refused"
"""How the proxy says that it stopped a body: what it asks then has none (deploy/nginx.conf)."""
CHUNK = 256 * 1024
THROWN_AWAY = 500_000_000
"""A browser shows an answer only once it has sent all: so much is read for it, and kept nowhere."""


class BodySizeMiddleware:
    """Answers 413 over `REQUEST_MAX_BYTES`, and 411 to a body that does not say its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if REFUSED in request.headers:
            return _page("413.html", status=413)
        announced = request.headers.get("Content-Length", "")
        if not announced and "Transfer-Encoding" in request.headers:
            return _page("400.html", status=411)
        if announced.isdecimal() and int(announced) > settings.REQUEST_MAX_BYTES:
            _throw_away(request)
            return _page("413.html", status=413)
        return self.get_response(request)


def _throw_away(request: HttpRequest) -> None:
    read = 0
    with suppress(UnreadablePostError):  # gone: nobody reads the answer
        while read < THROWN_AWAY and (chunk := request.read(CHUNK)):
            read += len(chunk)


def _page(template: str, *, status: int) -> HttpResponse:
    """Without the request: nothing is asked of the database for it."""
    return HttpResponse(render_to_string(template), status=status)
