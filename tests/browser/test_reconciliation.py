"""A treasurer clears the statements of the bank without the mouse."""

import re

from playwright.sync_api import expect

from tests.browser.pages import sees, tab_to

BANK = "/bassins/savoie/fonds/banque/"
LINES = 15
"""More than the statements of the demo leave open."""


def test_every_line_is_reconciled_with_the_keyboard(visit):
    page = visit("operateur", BANK)
    keyboard = page.keyboard
    ways = page.get_by_role("link", name=re.compile("^Rapprocher [0-9]+ opération"))
    tab_to(page, ways.first.text_content().strip())
    with page.expect_navigation():
        keyboard.press("Enter")
    first = page.url
    for key, there in (("s", False), ("p", True)):
        with page.expect_navigation():
            keyboard.press(key)
        assert (page.url == first) is there
    pressed = set()
    for _ in range(LINES):
        if "/lignes/" not in page.url:
            break
        page.wait_for_load_state()  # A key pressed before the scripts have come is nobody's.
        if page.get_by_role("heading", name="DEUX ECHEANCES").count():
            keyboard.press("v")
            form = page.locator("details[data-key=v]")
            expect(form.get_by_label("Avance 1")).to_be_focused()
            keyboard.type(form.locator("option").first.get_attribute("value"))
            keyboard.press("Tab")
            key = "Enter"
        else:
            # The surest of what is proposed, fees and suspense by letters of their own.
            key = page.locator(".choices [data-key]").first.get_attribute("data-key")
        with page.expect_navigation():
            keyboard.press(key)
        expect(page.locator("h1")).to_be_visible()
        pressed.add(key)
    sees(page, "Toutes les opérations de ce compte sont rapprochées")
    assert pressed >= {"1", "a", "f", "Enter"}
