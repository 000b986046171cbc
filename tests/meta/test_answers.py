"""What every answer carries, and what no reading of a page changes (security.md S22, S23)."""

import pytest
from django.db import connection

from basins import tenancy
from basins.boot import check_before_serving
from basins.enums import Role
from tests.matrix.expected import allowed
from tests.matrix.page import Audience
from tests.matrix.pages import PAGES
from tests.matrix.refusals import REFUSED_OBJECTS
from tests.matrix.world import ANONYMOUS, Visitor, World

POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
}
FRAMED = {"demo_mail_html": "the page of a mail frames the mail, under a policy of its own"}
OF_THE_SESSION = {"django_session", "usersessions_usersession"}
READERS = (Role.OPERATOR, Role.FINANCE, Role.PRESIDENT, Role.MEMBER, Role.NATIONAL_STAFF)
"""Together they may open every page: each is read by the first who may."""
LEAVING = "/connexion/deconnexion/"
"""Its answer is for somebody who has just left."""
ELSEWHERE = ("/nulle-part/", "/bassins/atlantide/", "/static/css/alize.css", "/bassins/savoie")


@pytest.mark.django_db
def test_the_site_may_start():
    check_before_serving()


def faults(visitor: Visitor, method: str, url: str) -> list[str]:
    """What is missing in the headers of an answer."""
    answer = visitor.ask(method, url)
    found = [f"{name}: {answer.headers.get(name)}" for name, value in HEADERS.items()
             if answer.headers.get(name) != value]  # fmt: skip
    policy = answer.headers.get("Content-Security-Policy", "")
    if {part.strip() for part in policy.split(";")} < POLICY or "unsafe" in policy:
        found.append(f"Content-Security-Policy: {policy}")
    if "Permissions-Policy" not in answer.headers:
        found.append("Permissions-Policy")
    kept = answer.headers.get("Cache-Control", "")
    signed_in = visitor.user is not None and not url.startswith(("/static/", LEAVING))
    if ("no-store" not in kept) if signed_in else not kept:
        found.append(f"Cache-Control: {kept}")
    return [f"{method} {url} {answer.status_code} {fault}" for fault in found]


@pytest.mark.parametrize("name", sorted(PAGES.keys() - FRAMED.keys()))
def test_every_answer_carries_the_headers(world: World, name: str):
    url = PAGES[name].url(name, world.savoie)
    visits = [(ANONYMOUS, "GET"), (Role.OPERATOR, "GET"), (Role.OPERATOR, "POST")]
    assert [f for who, method in visits for f in faults(world.visitors[who], method, url)] == []


@pytest.mark.parametrize("url", ELSEWHERE)
def test_so_do_the_answers_that_are_no_page(world: World, url: str):
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
