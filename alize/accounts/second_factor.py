"""The page that waits while somebody enrols the second factor their role asks for."""

from django.http import HttpRequest

from alize.accounts.links import local_path

KEY = "page_waiting_for_second_factor"


def make_wait(request: HttpRequest) -> None:
    """Keep the page that was asked for, to come back to it once enrolled."""
    request.session[KEY] = request.get_full_path() if request.method == "GET" else "/"


def page_waiting(request: HttpRequest) -> str:
    """The page that waits, or nothing."""
    return local_path(request.session.get(KEY, ""))


def forget(request: HttpRequest) -> None:
    """Nothing waits any more."""
    if KEY in request.session:
        del request.session[KEY]
