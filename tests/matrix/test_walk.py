"""Every address × every role × two basins × GET, HEAD and POST (security.md S04, S22, S23)."""

import re
from datetime import timedelta
from enum import Enum, auto
from functools import cache
from typing import Any

import pytest
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from alize.common.access import walk
from basins.enums import LinkPurpose, Role
from basins.models import SingleUseLink
from basins.renewals import RENEWALS
from tests.matrix.expected import NATIONAL, OUTSIDE_BASINS, allowed
from tests.matrix.headers import LEAVING, OTHERWISE, missing_from
from tests.matrix.page import Audience, Page
from tests.matrix.pages import PAGES
from tests.matrix.refusals import LED_TO, REFUSED_OBJECTS, SICK
from tests.matrix.undefined import UNDEFINED
from tests.matrix.world import ANONYMOUS, CANARY, NOBODY, Who, World, undone

ACCESS = "/connexion/"
SIGN_IN = f"{ACCESS}?next="
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"?#]*)')
PUBLIC_VISITORS = (ANONYMOUS, NOBODY, Role.OPERATOR)
"""Public pages know no role."""


class Outcome(Enum):
    SIGN_IN = auto()
    FORBIDDEN = auto()
    NOT_FOUND = auto()
    OPEN = auto()


def test_every_address_is_visited():
    assert {entry.name for _, entry in walk()} == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_opens_to_whom_the_matrix_says(world: World, name: str):
    page = PAGES[name]
    sides = (world.savoie, world.meuse) if page.in_basin else (world.savoie,)
    differences = []
    heads: set[Outcome] = set()
    for who in PUBLIC_VISITORS if page.audience is Audience.PUBLIC else world.visitors:
        visitor = world.visitors[who]
        for side in sides:
            url = page.url(name, side)
            expected = outcome_for(page, who, own=side is world.savoie)
            # HEAD enters by the door of GET: once for each outcome of a page.
            methods = ("GET", "POST") if expected in heads else ("GET", "HEAD", "POST")
            heads.add(expected)
            for method in methods:
                seen = fault(name, who, expected, visitor, method, url)
                if seen:
                    differences.append(f"{who} {method} {url}: {expected.name}, {seen}")
    assert differences == []


def outcome_for(page: Page, who: Who, *, own: bool) -> Outcome:
    """What the matrix, written by hand, says of a visit."""
    if page.audience in {Audience.PUBLIC, Audience.TOKEN}:
        return Outcome.OPEN
    if who == ANONYMOUS:
        return Outcome.SIGN_IN
    if page.audience is Audience.SIGNED_IN:
        return Outcome.OPEN
    if page.in_basin and who not in NATIONAL and (who == NOBODY or not own):
        return Outcome.NOT_FOUND
    roles = allowed(page.act) if page.in_basin else allowed(page.act) & OUTSIDE_BASINS
    return Outcome.OPEN if who in roles else Outcome.FORBIDDEN


def fault(name: str, who: Who, expected: Outcome, visitor: Any, method: str, url: str) -> str:
    """What is wrong with the answer to a visit, nothing when all is right."""
    try:
        answer = visitor.ask(method, url)
    except Exception as error:  # whatever it is, the person would see a page 500
        return f"{type(error).__name__}: {error}"
    if lacking := UNDEFINED.take():
        return f"lacks {', '.join(lacking)}"
    if CANARY.encode() in answer.content_read and who not in NATIONAL:
        return "words of another basin"
    missing = missing_from(answer, signed_in=visitor.user is not None and name != LEAVING)
    if missing and name not in OTHERWISE:
        return ", ".join(missing)
    status = answer.status_code
    signs_in = status == 302 and answer.headers["Location"].startswith(SIGN_IN)
    turned_away = leads_to_a_door(url, answer) and LED_TO.get((name, who)) != answer["Location"]
    right = {
        Outcome.SIGN_IN: signs_in,
        Outcome.FORBIDDEN: status == 403,
        Outcome.NOT_FOUND: status == 404,
        Outcome.OPEN: not turned_away and (status < 400 or status in {405, 409, 422}),
    }[expected]
    if expected is Outcome.OPEN and not right:
        right = status in {SICK.get(name), REFUSED_OBJECTS.get((name, who))}
    if not right:
        return f"{status} {answer.headers.get('Location', '')}".strip()
    is_page = status == 200 and answer.headers["Content-Type"].startswith("text/html")
    return dead_ends(who, answer.content_read) if method == "GET" and is_page else ""


def leads_to_a_door(url: str, answer: Any) -> bool:
    """Whether a page sends to the pages of access, or home: it did not open.

    The pages of access lead to each other.
    """
    to = answer.headers.get("Location", "")
    return not url.startswith(ACCESS) and (to == "/" or to.startswith(ACCESS))


def dead_ends(who: Who, content: bytes) -> str:
    """The links of a page that lead whoever reads it to a refusal."""
    refused = [path for path in set(LINK.findall(content.decode())) if is_refused(who, path)]
    return f"links to {', '.join(sorted(refused))}" if refused else ""


@cache
def is_refused(who: Who, path: str) -> bool:
    """Whether the matrix closes an address to somebody who is given it."""
    try:
        match = resolve(path)
    except Resolver404:
        return False
    own = match.kwargs.get("basin") != "meuse"
    expected = outcome_for(PAGES[match.url_name], who, own=own)
    return expected in {Outcome.FORBIDDEN, Outcome.NOT_FOUND}


OF_OBJECTS = sorted(
    name
    for name, page in PAGES.items()
    if page.in_basin and page.has_object and allowed(page.act) - NATIONAL
)
"""National roles see the objects of every basin."""


@pytest.mark.parametrize("name", OF_OBJECTS)
def test_unknown_object_answers_as_an_object_of_another_basin(world: World, name: str):
    page = PAGES[name]
    role = next(
        role
        for role in sorted(allowed(page.act) - NATIONAL)
        if REFUSED_OBJECTS.get((name, role)) != 403
    )
    visitor = world.visitors[role]
    unknown, elsewhere = page.unknown_url(name, world.savoie), page.url(name, world.meuse)
    method = "POST" if visitor.ask("GET", unknown).status_code == 405 else "GET"
    answers = [visitor.ask(method, url) for url in (unknown, elsewhere)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content_read == answers[1].content_read


def test_an_unknown_basin_answers_as_somebody_elses(world: World):
    visitor = world.visitors[Role.OPERATOR]
    urls = [reverse("basin_home", kwargs={"basin": slug}) for slug in ("meuse", "atlantide")]
    answers = [visitor.ask("GET", url) for url in urls]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content_read == answers[1].content_read


@pytest.mark.parametrize("reference", ["\0", "2026-SAV-001\0"])
def test_an_address_that_no_database_can_be_asked_is_not_found(world: World, reference: str):
    url = reverse("project_detail", kwargs={"basin": "savoie", "reference": reference})
    assert world.visitors[Role.OPERATOR].ask("GET", url).status_code == 404


OF_A_LINK = [name for name, page in PAGES.items() if page.audience is Audience.TOKEN]


@pytest.mark.parametrize("name", [name for name in OF_A_LINK if name != "link_renew"])
def test_a_token_opens_only_what_it_was_made_for(world: World, name: str):
    visitor = world.visitors[ANONYMOUS]
    page = PAGES[name]
    assert visitor.ask("GET", reverse(name, kwargs={"token": "inconnu"})).status_code == 404
    for other in PAGES.values():
        if other.audience is Audience.TOKEN and other.arguments != page.arguments:
            token = world.savoie.find(other.arguments["token"])
            assert visitor.ask("GET", reverse(name, kwargs={"token": token})).status_code == 404


@pytest.mark.parametrize("name", OF_A_LINK)
def test_an_expired_link_offers_another(world: World, name: str):
    visitor, url = world.visitors[ANONYMOUS], PAGES[name].url(name, world.savoie)
    past = timezone.now() - timedelta(days=1)
    with undone():
        SingleUseLink.objects.update(created_at=past - timedelta(days=1), expires_at=past)
        answer = visitor.ask("GET", url)
        if answer.status_code == 405:
            answer = visitor.ask("POST", url)
        buttons = re.findall(r'action="(/nouveau-lien/[^"]+)"', answer.content_read.decode())
        # A proxy says by itself that it can no longer be answered.
        assert len(buttons) == (name not in {"proxy_link", "link_renew"})
        for button in buttons:
            sent = visitor.ask("POST", button)
            # Gone: no answer is expected of this person any more, and the page says why.
            assert sent.status_code in {200, 410}


def test_every_kind_of_link_is_sent_again():
    assert set(LinkPurpose) - set(RENEWALS) == {LinkPurpose.PROXY_ANSWER}
