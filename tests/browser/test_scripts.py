"""What the scripts of a page do, whatever the server answers: each answer is given by the test."""

from collections.abc import Callable, Iterator

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_form
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from playwright.sync_api import Page, Request, expect

from tests.browser.pages import labelled, sees

HERE = "http://alize.test/piece/"
HTML = {"content_type": "text/html; charset=utf-8"}
Answer = dict | None
"""What a page is answered, or nothing when the network is away."""


@pytest.fixture
def opened(chromium) -> Iterator[Callable[..., Page]]:
    """Open a page that has these scripts: `opened(answer, "progress.js")`."""
    pages = []

    def open_page(answer: Callable[[Request], Answer], *scripts: str) -> Page:
        def serve(route) -> None:
            name = route.request.url.rpartition("/")[2]
            if name.endswith(".js"):
                route.fulfill(path=settings.BASE_DIR / "static" / "js" / name)
            elif (given := answer(route.request)) is None:
                route.abort()
            else:
                loaded = "".join(f'<script src="/{one}" defer></script>' for one in names)
                given["body"] = f'<body data-person="1">{given.get("body", "")}{loaded}</body>'
                route.fulfill(**HTML | given)

        names = ("alize.js", *scripts)
        page = chromium.new_page()
        pages.append(page)
        page.route("**/*", serve)
        page.goto(HERE)
        return page

    yield open_page
    for page in pages:
        page.close()


LIVE = '<div id="annonces"></div>'


def test_what_is_made_is_shown_by_itself_but_not_under_what_is_typed(opened):
    making = render_to_string(
        "components/making.html", {"title": "En cours", "text": "Un instant."}
    )
    form = '<form data-draft="mot"><input name="mot"></form>'
    is_made = False
    page = opened(
        lambda request: {"body": form + ("<p>Le rapport.</p>" if is_made else making) + LIVE},
        "progress.js",
    )
    expect(page.get_by_text("En cours")).to_be_visible()
    expect(page.get_by_text("Rechargez la page")).to_be_hidden()
    page.get_by_role("textbox").fill("Commencé")
    is_made = True
    page.wait_for_timeout(5_000)
    expect(page.get_by_text("En cours")).to_be_visible()
    page.get_by_role("textbox").blur()
    expect(page.get_by_text("Le rapport.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("Commencé")


class PieceForm(forms.Form):
    label = forms.CharField(label="Intitulé", max_length=8)
    file = forms.FileField(label="Fichier")


def piece(label: str = "", content: bytes = b"%PDF") -> str:
    """The page of a form, given back when something was sent."""
    sent = {"file": SimpleUploadedFile("bail.pdf", content)}
    form = PieceForm({"label": label}, sent) if label else PieceForm()
    return (
        '<main id="contenu"><form method="post" enctype="multipart/form-data" novalidate '
        f'data-draft="piece">{as_crispy_form(form)}<button type="submit">Joindre</button>'
        f"</form></main>{LIVE}"
    )


def holds(page: Page) -> list[str]:
    return labelled(page, "Fichier").evaluate("field => [...field.files].map((file) => file.name)")


def test_a_file_stays_chosen_until_it_is_received(opened):
    answers: list[Answer] = [
        {"status": 422, "body": f"<title>Erreur</title>{piece('Bail du local')}"},
        None,
        {"status": 413, "body": render_to_string("413.html")},
        {"status": 204, "headers": {"X-Redirect-To": "/recu/"}},
    ]
    sent: list[Request] = []

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            sent.append(request)
            return answers[len(sent) - 1]
        return {"body": "Reçu." if request.url.endswith("/recu/") else piece()}

    page = opened(answer, "files.js")
    labelled(page, "Intitulé").fill("Bail du local")
    chosen = {"name": "bail.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    labelled(page, "Fichier").set_input_files(chosen)
    send = page.get_by_role("button", name="Joindre")
    send.click()
    sees(page, "Un point à corriger")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title("Erreur")
    expect(page.get_by_text("Choisissez à nouveau")).to_have_count(0)
    assert (holds(page), page.url) == (["bail.pdf"], HERE)
    expect(labelled(page, "Intitulé")).to_have_value("Bail du local")
    labelled(page, "Intitulé").fill("Bail")
    send.click()
    sees(page, "L'envoi n'a pas abouti")
    send.click()
    sees(page, "Le fichier est trop lourd", "le reste est gardé")
    assert holds(page) == ["bail.pdf"]
    expect(labelled(page, "Intitulé")).to_have_value("Bail")
    send.dblclick()
    sees(page, "Reçu.")
    assert len(sent) == len(answers)
    assert {one.headers["x-tell-redirect"] for one in sent} == {"yes"}


def test_a_file_that_was_refused_is_another_to_choose(opened):
    page = opened(
        lambda request: {"body": piece(*["Bail", b""] if request.method == "POST" else [])},
        "files.js",
    )
    labelled(page, "Intitulé").fill("Bail")
    chosen = {"name": "bail.pdf", "mimeType": "application/pdf", "buffer": b""}
    labelled(page, "Fichier").set_input_files(chosen)
    page.get_by_role("button", name="Joindre").click()
    sees(page, "Un point à corriger")
    assert holds(page) == []
