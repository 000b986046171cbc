"""The demo served for real, and a real Chromium in front of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from alize.bootstrap import native
from tests.browser.pages import PATIENCE
from tests.databases import demo_environment

CHROMIUM = native.browser()
DESKTOP, PHONE = 1280, 360
# The CSSOM that axe would load again serves no rule that is on, and our policy forbids it.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
# What the width of the screen changes.
ON_A_PHONE = AXE_OPTIONS | {"runOnly": ["scrollable-region-focusable", "target-size"]}
# Of which texts the contrast is asked, and of how many that are drawn alike.
TEXTS = Path(__file__).with_name("contrast.js").read_text()
TEXTS_ALIKE = 2
# How texts are drawn on the pages that were looked at: what was told of them is not asked again.
LOOKS: set[str] = set()
# Rows are built alike: three of a table tell its faults.
ALIKE = ["tbody tr:nth-child(n+4)"]
# The head and the foot of the pages of somebody: the first one tells theirs.
FRAME = [".topbar", ".topbar ~ .footer"]

expect.set_options(timeout=PATIENCE)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Journeys share one site, so one worker; without a Chromium they are skipped by name."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def site(demo_database: str, tmp_path_factory) -> Iterator[str]:
    """The address of the running demo: web server and worker on a database of its own."""
    with served(demo_environment(demo_database), tmp_path_factory.mktemp("site")) as address:
        yield address


@contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[str]:
    """Serve a database, web server and worker, and give the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    web = [
        sys.executable, "-m", "gunicorn", "alize.wsgi:application", "--workers", "2",
        "--preload", "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "--no-control-socket",
    ]  # fmt: skip
    worker = [
        sys.executable, "-m", "celery", "-A", "alize.celery:app", "worker", "--pool", "solo",
        "--queues", "default,pdf,heavy,owner", "--loglevel", "warning", "--beat",
        "--schedule", str(folder / "beat"),
    ]  # fmt: skip
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("w"))
        for command in (web, worker):
            process = subprocess.Popen(
                command, env={**environment, "PUBLIC_URL": address}, stdout=log, stderr=log
            )
            stack.callback(process.wait, timeout=20)
            stack.callback(process.terminate)
        wait_until(lambda: urlopen(f"{address}/sante/", timeout=5).status == 200, seconds=60)
        yield address


def wait_until(holds: Callable[[], object], *, seconds: float) -> None:
    """Wait for something to become true; its errors mean not yet."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.2)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one module: until it stops, Playwright's loop runs in this thread.

    A seal, which runs a loop of its own, could not be made by the tests that come after.
    """
    # Django would refuse every query beside a loop.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = ["--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def visit(site: str, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page as somebody: `visit("membre", "/bassins/savoie/", width=360)`.

    Afterwards, no page may have written an error in its console, asked another host, missed a
    file of its own, nor met an error of the server.
    """
    complaints: list[str] = []
    contexts = []

    def open_page(key: str | None, path: str = "/", *, width: int = DESKTOP, **options) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, locale="fr-FR", base_url=site, **options
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: note_message(page, message))
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: refuse_strangers(request.url))
        page.on("response", note_answer)
        if key is not None:
            enter_as(page, key)
        page.goto(path)
        return page

    def note_message(page: Page, message) -> None:
        # What a server answers is judged below: a refused form is no error of ours.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"{page.url}: {message.text}")

    def note_answer(answer: Response) -> None:
        is_page = answer.request.resource_type in {"document", "xhr", "fetch"}
        if answer.status >= (500 if is_page else 400):
            complaints.append(f"{answer.url} answered {answer.status}")

    def refuse_strangers(url: str) -> None:
        if not url.startswith((site, "data:", "blob:")):
            complaints.append(f"asked {url}")

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def enter_as(page: Page, key: str) -> None:
    """Do what the button of a demo person does, without drawing the pages around it."""
    site = page.context.request
    site.get("/connexion/")
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    form = {"csrfmiddlewaretoken": cookies["csrftoken"]}
    answer = site.post(reverse("demo_enter", kwargs={"key": key}), form=form, max_redirects=0)
    assert answer.status == 302


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Refuse any violation that axe finds, and any sideways scrolling."""

    def check(page: Page) -> None:
        assert faults_of(page) == []

    return check


@pytest.fixture
def look() -> Iterator[Callable[[Page], None]]:
    """The same for many pages, that also fit a phone: their faults are told at the end."""
    faults: list[str] = []
    known: list[str] = []

    def at_both_widths(page: Page) -> None:
        faults.extend(faults_of(page, beside=known, told=LOOKS))
        known[:] = FRAME
        # As tall as needed: what a bar at the bottom hides comes up by scrolling.
        page.set_viewport_size({"width": PHONE, "height": 8000})
        found = faults_of(page, options=ON_A_PHONE)
        faults.extend(f"on a phone, {fault}" for fault in found)
        page.set_viewport_size({"width": DESKTOP, "height": 800})

    yield at_both_widths
    assert faults == []


def faults_of(
    page: Page,
    *,
    beside: Iterable[str] = (),
    told: set[str] | None = None,
    options: dict = AXE_OPTIONS,
) -> list[str]:
    """What axe finds beside some parts, and whether the page is wider than its screen.

    :param told: the looks of texts whose contrast is known; those of the page are added to them.
    """
    looks = set() if told is None else told
    context = {"exclude": [[part] for part in (*ALIKE, *beside)]}
    # Sent once: the browser gives it to the documents that come after.
    if page.evaluate("typeof axe") == "undefined":
        page.context.add_init_script(AXE_SCRIPT)
        page.evaluate(AXE_SCRIPT)
    asks_contrast = options is not ON_A_PHONE
    if asks_contrast:
        page.evaluate(TEXTS, [TEXTS_ALIKE, list(looks)])
    found = page.evaluate("([context, options]) => axe.run(context, options)", [context, options])
    if asks_contrast:
        looks.update(page.evaluate("axe.looks()"))
    violations = found["violations"]
    faults = [f"{page.url} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
    return faults + sideways(page)


def sideways(page: Page) -> list[str]:
    """Whether the page is wider than its screen."""
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return [f"{page.url} scrolls sideways"] if page.evaluate(overflow) > 0 else []
