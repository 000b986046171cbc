"""Pages of every room, by roles shared between desk and phone: accessible and quiet."""

import pytest

from tests.browser.conftest import DESKTOP, PHONE

PUBLIC_PAGES = (
    "/",
    "/connexion/",
    "/verifier/",
    "/demo/composants/",
    "/demo/courriers/",
    "/absent/",
)
PAGES_A_LIST = 1
"""How many of the objects a list leads to are opened too."""
ON_A_DESK = ("operateur", "presidente", "tresorier", "controle", "astrees")
ON_A_PHONE = ("membre", "prefecture", "partenaire")
"""Between them they see every room; the others see the same pages, with less on them."""


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_page(visit, assert_accessible, path, width):
    assert_accessible(visit(None, path, width=width))


@pytest.mark.parametrize(
    ("key", "width"),
    [*((key, DESKTOP) for key in ON_A_DESK), *((key, PHONE) for key in ON_A_PHONE)],
)
def test_pages_of(visit, assert_accessible, key, width):
    """The navigation of a role, then some of the objects that each page leads to."""
    page = visit(key, "/", width=width)
    entries = links(page, "nav a")
    seen = set()
    for entry in [page.url, *entries]:
        if entry in seen:
            continue
        seen.add(entry)
        page.goto(entry)
        assert_accessible(page)
        further = [link for link in links(page, "main a") if link.startswith(entry)]
        ways = [link for link in further if link not in seen and not is_a_file(link)]
        for link in ways[:PAGES_A_LIST]:
            seen.add(link)
            page.goto(link)
            assert_accessible(page)
    assert len(seen) > 1


def is_a_file(address: str) -> bool:
    """Whether a link downloads, or shows the same page sorted or filtered."""
    return "?" in address or "." in address.rpartition("/")[2]


def links(page, selector: str) -> list[str]:
    """The addresses of the site behind the links of a part of the page."""
    found = page.locator(selector).evaluate_all("all => all.map(a => a.href.split('#')[0])")
    return [address for address in dict.fromkeys(found) if address and "/documents/" not in address]


def test_the_first_page_is_light(visit):
    """Under 100 kB compressed in all, styles and scripts included (interface.md 5)."""
    page = visit("operateur", "/bassins/savoie/")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("performance.getEntries().map(entry => entry.encodedBodySize ?? 0)")
    assert 0 < sum(sizes) < 100_000
