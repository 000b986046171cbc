"""The gestures of a person in front of a page."""

import re
import time
from collections.abc import Mapping
from pathlib import Path

import pypdfium2
from playwright.sync_api import Locator, Page, expect

PATIENCE = 15_000
"""Milliseconds that a page is given to become what is expected, on a busy machine."""
ERRAND = 60
"""Seconds that the worker is given: a demo just loaded has left it a hundred errands before."""


def labelled(place: Page | Locator, label: str) -> Locator:
    """The field under exactly this label."""
    aside = r"(\s*\((facultatif|demandé).*\))?"
    return place.get_by_label(re.compile(rf"^\s*{re.escape(label)}{aside}\s*$"))


def fill(place: Page | Locator, values: Mapping[str, str]) -> None:
    """Type in fields, or choose in lists, by their labels."""
    for label, value in values.items():
        field = labelled(place, label).first
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)


def named(page: Page, name: str) -> Locator:
    """The button, or the link, that has this name."""
    return page.get_by_role("button", name=name).or_(page.get_by_role("link", name=name)).first


def press(page: Page, name: str) -> None:
    """Press what has this name. The page behind may still be on its way: wait for its words."""
    named(page, name).click()


def press_twice(page: Page, name: str) -> None:
    """Ask for an act, then do it on the page that restates its effects."""
    press(page, name)
    press(page, name)


def follow(page: Page, link: Locator) -> None:
    """Follow a link, and be on the page behind it: what stands there may then be asked."""
    with page.expect_navigation():
        link.click()


def sees(page: Page, *sentences: str) -> None:
    """Expect sentences on the page, whatever kind of spaces stands in them."""
    for sentence in sentences:
        words = r"\s+".join(re.escape(word) for word in sentence.split())
        expect(page.locator("body")).to_contain_text(re.compile(words))


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus stands on what has this name."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"
        )
        if focused == name:
            return
    raise AssertionError(f"« {name} » is out of reach of the keyboard")


def follow_mail(page: Page, *, to: str, subject: str) -> None:
    """Open the last mail of a subject to somebody, once it has come, and press its button.

    The mails of the demo's past lead to the address where it was loaded: they are passed over.
    """
    box = f"/demo/courriers/?q={to}"
    page.goto(box)
    here = page.evaluate("location.origin")
    letter = page.get_by_role("link", name=subject).first
    button = page.frame_locator("iframe.mail-frame").get_by_role("link").first
    end = time.monotonic() + ERRAND
    while time.monotonic() < end:
        if letter.count():
            follow(page, letter)
            if button.get_attribute("href").startswith(here):
                break
        page.wait_for_timeout(300)
        page.goto(box)
    button.click()
    page.wait_for_url(lambda url: "/demo/courriers/" not in url)


def wait_for_link(page: Page, name: str) -> Locator:
    """A link that the worker brings: the page is opened again until it stands there."""
    link = page.get_by_role("link", name=name).first
    end = time.monotonic() + ERRAND
    while not link.count() and time.monotonic() < end:
        page.wait_for_timeout(300)
        page.reload()
    return link


def wait_for_words(page: Page, sentence: str) -> None:
    """Open the page again until the worker has brought a sentence."""
    end = time.monotonic() + ERRAND
    while sentence not in one_spaced(page.inner_text("body")) and time.monotonic() < end:
        page.wait_for_timeout(300)
        page.reload()
    sees(page, sentence)


def code_in_mail(page: Page, *, to: str) -> str:
    """The six digits of the last mail to somebody who signs, once it has come."""
    page.goto(f"/demo/courriers/?q={to}")
    follow(page, wait_for_link(page, "Votre code pour signer"))
    words = page.frame_locator("iframe.mail-frame").locator("body").inner_text()
    return re.search(r"\d{3} \d{3}", words)[0]


def saved(page: Page, folder: Path, link: Locator) -> Path:
    """The file behind a link, as the person's browser receives it."""
    answer = page.request.get(link.get_attribute("href"))
    assert answer.ok, answer.url
    name = re.search(r"filename\*?=\"?(?:utf-8'')?([^\";]+)", answer.headers["content-disposition"])
    path = folder / name[1]
    path.write_bytes(answer.body())
    return path


def text_of(pdf: Path) -> str:
    """The words of a PDF as its page says them: one space between them, straight apostrophes."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
    return one_spaced(" ".join(pages)).replace("’", "'")


def one_spaced(text: str) -> str:
    return " ".join(text.replace("\ufffe", "-").split())
