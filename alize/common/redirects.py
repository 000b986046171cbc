"""A script that sends a form cannot see where it is redirected: it asks to be told (ADR 33)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

ASKED, TOLD = "X-Tell-Redirect", "X-Redirect-To"


class RedirectsToldMiddleware:
    """Answers 204 with the address to go to, instead of a redirect, to whoever asks for it.

    Followed by a script, the page behind would be asked for twice, and lose what it says once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if ASKED in request.headers and response.has_header("Location"):
            response.headers[TOLD] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 204
        return response
