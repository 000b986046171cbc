"""A script cannot see where what it sends is redirected: it asks to be told (ADR 33)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

TOLD_IN = {"X-Tell-Redirect": "X-Redirect-To", "HX-Request": "HX-Redirect"}
"""By which header a script of ours or htmx asks, and in which one it reads the address."""


class RedirectsToldMiddleware:
    """Answers 204 with the address to go to, instead of a redirect, to whoever asks for it.

    Followed by a script, the page behind would be asked for twice, lose what it says once, and pass
    for what was asked: a draft that a door stopped would be told as saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        told = next((told for asked, told in TOLD_IN.items() if asked in request.headers), None)
        if told and response.has_header("Location"):
            response.headers[told] = response.headers["Location"]
            del response.headers["Location"]
            response.status_code = 204
        return response
