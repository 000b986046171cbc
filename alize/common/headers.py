"""What holds for every question and answer, besides Django's own (security.md S23, S57)."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

METHODS = ("GET", "HEAD", "POST")

HEADERS = {
    "Reporting-Endpoints": f'politique="{settings.POLICY_REPORTS}"',
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class HeadersMiddleware:
    """Knows three methods, adds the fixed headers, says what caches may keep.

    Nothing of somebody signed in; nothing of the others without asking again.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.method in METHODS
        response = self.get_response(request) if known else HttpResponseNotAllowed(METHODS)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if _may_be_of_somebody(request):
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers.setdefault("Cache-Control", "no-cache")
        return response


def _may_be_of_somebody(request: HttpRequest) -> bool:
    """Whether the one who asks is signed in, or the database is away and cannot say (S44)."""
    user = getattr(request, "user", None)
    try:
        return user is not None and user.is_authenticated
    except (DatabaseError, InterfaceError):
        return True
