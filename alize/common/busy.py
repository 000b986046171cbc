"""Two acts at the same place at once, or a database that is away: the one who asked is told so."""

from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from alize.common.http import page_before

TOO_LONG = frozenset({"55P03", "57014", "40P01", "40001"})
"""PostgreSQL's codes: a lock or a statement that lasted, a deadlock, a race lost."""
CUT = ("08", "57P")
"""How the codes of PostgreSQL begin that say a connection is lost, or the server stopped."""
RETRY_AFTER = 5
"""Seconds."""


def is_away(error: BaseException | None) -> bool:
    """Whether the database did not answer: refused, cut, killed (S44)."""
    if isinstance(error, InterfaceError):
        return True
    code = getattr(getattr(error, "__cause__", None), "sqlstate", None)
    return isinstance(error, OperationalError) and (code is None or code.startswith(CUT))


class BusyMiddleware:
    """Answers 503, nothing having been kept: the transaction was undone (security.md D11)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError):
            return None
        if getattr(error.__cause__, "sqlstate", None) not in TOO_LONG:
            return None
        page = request.get_full_path() if request.method == "GET" else page_before(request)
        response = render(request, "errors/busy.html", {"page": page}, status=503)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
