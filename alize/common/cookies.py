"""A cookie that no column of the database takes is of no browser of ours."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class WholeCookiesMiddleware:
    """Leaves out a cookie with a NUL: its session is unknown, no page breaks on it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        whole = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        request.COOKIES = whole
        return self.get_response(request)
