"""Asks for pages as a web server does, in this process, on one persistent connection."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from urllib.parse import urlencode

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.utils import override_settings

from alize.accounts.models import User

DJANGO_ALONE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What `startproject` writes."""
HOST = "127.0.0.1"
CSRF = "b" * 32


@contextmanager
def as_in_production() -> Iterator[None]:
    """The site with the smallest pages, without what guards only the demo and the tests."""
    with override_settings(ROOT_URLCONF="alize.demo.bench.urls", GUARD_READS=False):
        yield


def server(middleware: list[str] | None = None) -> WSGIHandler:
    """The application, with other middleware when given."""
    if middleware is None:
        return WSGIHandler()
    with override_settings(MIDDLEWARE=middleware):
        return WSGIHandler()


def sign_in(user: User) -> str:
    """Open a session for an account, with its second factor; returns its cookies."""
    if not Authenticator.objects.filter(user=user).exists():
        Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, method="mfa")
    session.create()
    return (
        f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    )


class UnexpectedAnswer(RuntimeError):
    """A measured page did not answer as it should: its time would mean nothing."""


class Browser:
    """Somebody signed in, before one server."""

    def __init__(self, cookies: str = "", application: WSGIHandler | None = None) -> None:
        self._application = application or server()
        self._factory = RequestFactory(SERVER_NAME=HOST, HTTP_COOKIE=cookies)

    def get(self, url: str, *, expected: int = 200, **headers: str) -> bytes:
        """The content of a page.

        :raises UnexpectedAnswer: it is not the expected one.
        """
        return self._ask(self._factory.get(url, **headers).environ, expected)

    def post(self, url: str, *, expected: int = 302, **data: str) -> bytes:
        """The same after sending a form."""
        body = urlencode({"csrfmiddlewaretoken": CSRF, **data})
        kind = "application/x-www-form-urlencoded"
        return self._ask(self._factory.post(url, body, content_type=kind).environ, expected)

    def _ask(self, environ: dict, expected: int) -> bytes:
        statuses: list[str] = []
        answer = self._application(environ, lambda status, *_: statuses.append(status))
        content = b"".join(answer)
        answer.close()
        if not statuses[0].startswith(str(expected)):
            raise UnexpectedAnswer(f"{environ['PATH_INFO']} : {statuses[0]}")
        return content


def queries_of(call: Callable[[], object]) -> int:
    """How many queries a call sends."""
    count = 0

    def note(execute, *arguments):
        nonlocal count
        count += 1
        return execute(*arguments)

    with connection.execute_wrapper(note):
        call()
    return count
