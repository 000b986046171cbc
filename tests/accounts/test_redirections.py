"""No address that a link carries leads to another site (security.md S24, T23)."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from alize.accounts.links import local_path
from alize.common.http import page_before
from basins.enums import Role
from tests.conftest import VisitorClient

HERE = "http://testserver/connexion/"
ELSEWHERE = (
    "https://ailleurs.example/",
    "http://ailleurs.example",
    "HTTPS://AILLEURS.EXAMPLE",
    "hTtP://ailleurs.example",
    "//ailleurs.example",
    "//ailleurs.example/bassins/savoie/",
    "///ailleurs.example",
    "////ailleurs.example",
    "/\\ailleurs.example",
    "\\/ailleurs.example",
    "\\\\ailleurs.example",
    "/\\/ailleurs.example",
    "\\ailleurs.example",
    "http:/ailleurs.example",
    "http:\\\\ailleurs.example",
    "https:ailleurs.example",
    "http:///ailleurs.example",
    "https:/\\ailleurs.example",
    "https://testserver@ailleurs.example/",
    "https://testserver:80@ailleurs.example",
    "https://testserver.ailleurs.example/",
    "https://ailleurs.example#testserver",
    "https://ailleurs.example?testserver",
    "https://ailleurs.example\\testserver",
    "https://ailleurs.example%2f@testserver@ailleurs.example",
    "//testserver@ailleurs.example",
    "//[ailleurs.example",
    "//[::1]/",
    "//2130706433/",
    "https://xn--lizmel-9oa.example/",
    "https://ailleurs\u3002example/",
    " https://ailleurs.example",
    "\thttps://ailleurs.example",
    "\x00//ailleurs.example",
    "\x01https://ailleurs.example",
    "/\t/ailleurs.example",
    "/\n/ailleurs.example",
    "ht\ntps://ailleurs.example",
    "//ailleurs.example\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "ftp://ailleurs.example",
    "blob:https://ailleurs.example/1",
)
OURS = ("/bassins/savoie/", "/bassins/savoie/dossiers/?vue=tableau#haut", "?page=2")


def lands(location: str) -> str:
    """The site where a browser goes: it drops some characters, and reads « \\ » as « / »."""
    kept = location.strip("".join(map(chr, range(33))))
    for dropped in "\t\r\n":
        kept = kept.replace(dropped, "")
    address = urlsplit(urljoin(HERE, kept.replace("\\", "/")))
    return f"{address.scheme}://{address.netloc}"


def test_a_browser_would_leave_by_each_of_them():
    assert len(ELSEWHERE) >= 40
    # The last door of some is a page that does not exist here: they are harmless, and tried anyway.
    assert sum(lands_elsewhere(one) for one in ELSEWHERE) > 30


def lands_elsewhere(location: str) -> bool:
    try:
        return lands(location) != "http://testserver"
    except ValueError:
        return True


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_a_path_kept_for_later_is_one_of_ours(elsewhere):
    kept = local_path(elsewhere)
    assert not kept or lands(kept) == "http://testserver"


@pytest.mark.parametrize("ours", OURS)
def test_and_ours_are_kept(ours):
    assert local_path(ours) == ours


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["/connexion/", "/connexion/deconnexion/"])
def test_neither_the_way_in_nor_the_way_out_leads_elsewhere(client_as, door):
    visitor = client_as(Role.MEMBER) if door == "/connexion/" else VisitorClient()
    for elsewhere in (*ELSEWHERE, *OURS):
        answer = visitor.get(f"{door}?next={quote(elsewhere)}")
        assert answer.status_code in {200, 302}, elsewhere
        if answer.status_code == 302:
            assert lands(answer["Location"]) == "http://testserver", elsewhere


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_nor_does_the_page_that_a_lost_form_came_from(rf, elsewhere):
    for referer in (elsewhere, f"http://testserver{elsewhere}"):
        before = page_before(rf.post("/", headers={"Referer": referer}))
        assert lands(before) == "http://testserver"
