"""A page that says that a file is being made shows it by itself."""

from django.conf import settings
from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.browser.pages import PATIENCE

PAGE = "http://alize.test/rapport/"
SCRIPTS = ("alize.js", "progress.js")


def test_what_is_made_is_shown_without_reloading(chromium):
    making = render_to_string(
        "components/making.html", {"title": "En cours", "text": "Un instant."}
    )
    scripts = "".join(f'<script src="/{name}" defer></script>' for name in SCRIPTS)
    is_made = False

    def served(route):
        named = [name for name in SCRIPTS if route.request.url.endswith(name)]
        if named:
            route.fulfill(path=settings.BASE_DIR / "static" / "js" / named[0])
            return
        said = "<p>Le rapport est là.</p>" if is_made else making
        form = '<form data-draft="mot"><input name="mot"></form>'
        body = f'<body data-person="1">{form}{said}<div id="annonces"></div>{scripts}</body>'
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    page = chromium.new_page()
    page.route("**/*", served)
    page.goto(PAGE)
    expect(page.get_by_text("En cours")).to_be_visible()
    expect(page.get_by_text("Rechargez la page")).to_be_hidden()
    page.get_by_role("textbox").fill("Commencé")
    is_made = True
    # Not under what is being typed.
    page.wait_for_timeout(5_000)
    expect(page.get_by_text("En cours")).to_be_visible()
    page.get_by_role("textbox").blur()
    expect(page.get_by_text("Le rapport est là.")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("textbox")).to_have_value("Commencé")
    page.close()
