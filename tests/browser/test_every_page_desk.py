"""Every page on a desk: accessible, quiet, and the first of them light."""

from tests.browser.conftest import DESKTOP
from tests.browser.every_page import (
    EveryPage,
    letter_of_a_decision,
    letters,
    sign_in_link,
    somebody_with_a_password,
    walk,
)

__all__ = [
    "letter_of_a_decision", "letters", "sign_in_link", "somebody_with_a_password", "walk",
]  # fmt: skip


class TestOnADesk(EveryPage):
    width = DESKTOP


def test_the_first_page_is_light(visit):
    """Under 100 kB compressed in all, styles and scripts included (interface.md 5)."""
    page = visit("operateur", "/bassins/savoie/")
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate("performance.getEntries().map(entry => entry.encodedBodySize ?? 0)")
    assert 0 < sum(sizes) < 100_000
