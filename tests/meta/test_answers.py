"""What answers that are no page carry too, and what no reading of a page changes (S22, S23)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import Http404

from basins import middleware, tenancy
from basins.boot import check_before_serving
from basins.enums import Role
from tests.matrix.expected import allowed
from tests.matrix.headers import missing_from
from tests.matrix.page import Audience
from tests.matrix.pages import PAGES
from tests.matrix.refusals import REFUSED_OBJECTS
from tests.matrix.world import ANONYMOUS, Visitor, World, undone

OF_THE_SESSION = {"django_session", "usersessions_usersession"}
READERS = (Role.OPERATOR, Role.FINANCE, Role.PRESIDENT, Role.MEMBER, Role.NATIONAL_STAFF)
"""Together they may open every page: each is read by the first who may."""
ELSEWHERE = ("/nulle-part/", "/bassins/atlantide/", "/static/css/alize.css", "/bassins/savoie")


@pytest.mark.django_db
def test_the_site_may_start():
    check_before_serving()


def faults(visitor: Visitor, method: str, url: str) -> list[str]:
    """What is missing in the headers of an answer that is no page of the walk."""
    answer = visitor.ask(method, url)
    signed_in = visitor.user is not None and not url.startswith("/static/")
    missing = missing_from(answer, signed_in=signed_in)
    return [f"{method} {url} {answer.status_code} {fault}" for fault in missing]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_answers_that_are_no_page_carry_the_headers(world: World, url: str):
    people = (ANONYMOUS, Role.OPERATOR)
    assert [f for who in people for f in faults(world.visitors[who], "GET", url)] == []


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "DELETE"])
def test_so_does_the_refusal_of_another_method(world: World, method: str):
    visitor = world.visitors[ANONYMOUS]
    assert faults(visitor, method, "/") == []
    assert visitor.ask(method, "/").status_code == 405


def test_a_page_without_its_token_of_form_is_refused_with_the_headers(world: World):
    visitor = world.visitors[Role.OPERATOR]
    visitor.enforce_csrf(True)
    try:
        url = PAGES["person_invite"].url("person_invite", world.savoie)
        assert visitor.ask("POST", url).status_code == 403
        assert faults(visitor, "POST", url) == []
    finally:
        visitor.enforce_csrf(False)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (403, PermissionDenied()),
        (404, Http404()),
        (500, ValueError()),
        (503, OperationalError()),
    ],
)
def test_so_do_the_answers_of_what_goes_wrong(
    world: World, monkeypatch, status: int, error: Exception
):
    monkeypatch.setattr(middleware, "roles_held", raising(error))
    answer = answer_to_a_fault(world)
    assert (answer.status_code, missing_from(answer, signed_in=True)) == (status, [])


def test_so_does_the_answer_when_nobody_knows_who_asks(world: World, monkeypatch):
    """The database is away: what it would say of the person is not asked again."""
    monkeypatch.setattr(SessionStore, "load", raising(OperationalError()))
    answer = answer_to_a_fault(world)
    assert (answer.status_code, missing_from(answer, signed_in=True)) == (503, [])


def raising(error: Exception) -> Callable[..., None]:
    def go_wrong(*_: Any, **__: Any) -> None:
        raise error

    return go_wrong


def answer_to_a_fault(world: World) -> Any:
    """What the operator reads on their page, as the server would send it."""
    visitor = world.visitors[Role.OPERATOR]
    visitor.raise_faults(False)
    try:
        return visitor.ask("GET", PAGES["basin_home"].url("basin_home", world.savoie))
    finally:
        visitor.raise_faults(True)


def test_so_does_the_refusal_of_what_is_asked_too_often(world: World, monkeypatch):
    limits = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "1/m/ip"}
    monkeypatch.setattr(settings, "ACCOUNT_RATE_LIMITS", limits)
    sent = {"data": "login=qui@example.org", "content_type": "application/x-www-form-urlencoded"}
    visitor, page = world.visitors[ANONYMOUS], PAGES["sign_in_link_ask"]
    with undone():
        url = page.url("sign_in_link_ask", world.savoie)
        answers = [visitor.send(url, **sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert missing_from(answers[1], signed_in=False) == []


def test_reading_every_page_changes_nothing(world: World):
    before = fingerprints(world)
    for name, page in PAGES.items():
        world.visitors[reader_of(name)].read(page.url(name, world.savoie))
    assert fingerprints(world) == before


def reader_of(name: str) -> Role:
    """The first reader who may open a page."""
    page = PAGES[name]
    who = allowed(page.act) if page.audience is Audience.MATRIX else set(READERS)
    open_to = (role for role in READERS if role in who and (name, role) not in REFUSED_OBJECTS)
    return next(open_to, READERS[0])


def fingerprints(world: World) -> dict[str, tuple[int, str]]:
    """How many rows each table holds, and the digest of them all."""
    with tenancy.national():
        found = _tables_of("public")
    for side in (world.savoie, world.meuse):
        with tenancy.inside(side.basin):
            found |= _tables_of(side.basin.schema_name)
    return found


def _tables_of(schema: str) -> dict[str, tuple[int, str]]:
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema])
        for table in {name for (name,) in cursor.fetchall()} - OF_THE_SESSION:
            cursor.execute(
                "SELECT count(*), md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), ''))"
                f' FROM "{schema}"."{table}" AS t'
            )
            found[f"{schema}.{table}"] = cursor.fetchone()
    return found
