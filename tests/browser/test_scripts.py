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
PENDING: dict = {}
"""An answer that does not come."""
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
            elif given is not PENDING:
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
TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="old">'
UNKNOWN = "L'envoi n'a peut-être pas abouti"


def making() -> str:
    said = {"title": "En cours", "text": "Un instant."}
    return render_to_string("components/making.html", said)


def test_what_is_made_is_shown_by_itself_but_not_under_what_is_typed_or_sent(opened):
    form = '<form data-draft="mot"><input name="mot"></form>'
    is_made = False
    page = opened(
        lambda request: {"body": form + ("<p>Le rapport.</p>" if is_made else making()) + LIVE},
        "progress.js",
    )
    expect(page.get_by_text("En cours")).to_be_visible()
    expect(page.get_by_text("Rechargez la page")).to_be_hidden()
    page.get_by_role("textbox").fill("Commencé")
    is_made = True
    page.wait_for_timeout(5_000)
    expect(page.get_by_text("En cours")).to_be_visible()
    page.get_by_role("textbox").evaluate("field => { field.form.dataset.sent = 'yes'; }")
    page.get_by_role("textbox").blur()
    page.evaluate("followWork(document.querySelector('[data-progress]'), 1)")
    expect(page.get_by_text("En cours")).to_be_visible()
    page.get_by_role("textbox").evaluate("field => free(field.form)")
    expect(page.get_by_text("Le rapport.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_value("Commencé")


def test_what_takes_too_long_says_to_reload(opened):
    asked: list[Request] = []

    def answer(request: Request) -> Answer:
        asked.append(request)
        return {"body": making() + LIVE}

    page = opened(answer, "progress.js")
    page.evaluate("followWork(document.querySelector('[data-progress]'), PROGRESS_ASKED)")
    expect(page.get_by_text("Rechargez la page").first).to_be_visible()
    assert asked[-1].headers["hx-request"] == "true"


class PieceForm(forms.Form):
    label = forms.CharField(label="Intitulé", max_length=8)
    file = forms.FileField(label="Fichier")


def piece(label: str = "", content: bytes = b"%PDF") -> str:
    """The page of a form, given back when something was sent."""
    sent = {"file": SimpleUploadedFile("bail.pdf", content)}
    form = PieceForm({"label": label}, sent) if label else PieceForm()
    return (
        '<main id="contenu" tabindex="-1"><form method="post" enctype="multipart/form-data" '
        f'novalidate data-draft="piece">{TOKEN}{as_crispy_form(form)}'
        '<button type="submit">Joindre</button>'
        '<button type="submit" name="sorte" value="bail" formaction="bail/">'
        "Joindre au bail</button>"
        f"</form></main>{LIVE}"
    )


def holds(page: Page) -> list[str]:
    return labelled(page, "Fichier").evaluate("field => [...field.files].map((file) => file.name)")


def choose(page: Page, label: str, content: bytes = b"%PDF") -> None:
    labelled(page, "Intitulé").fill(label)
    chosen = {"name": "bail.pdf", "mimeType": "application/pdf", "buffer": content}
    labelled(page, "Fichier").set_input_files(chosen)


def test_a_file_stays_chosen_until_it_is_received(opened):
    answers: list[Answer] = [
        {"status": 422, "body": f"<title>Erreur</title>{piece('Bail du local')}"},
        {"status": 204, "headers": {"X-Redirect-To": "/recu/"}},
    ]
    sent: list[Request] = []

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            sent.append(request)
            return answers[len(sent) - 1]
        return {"body": "Reçu." if request.url.endswith("/recu/") else piece()}

    page = opened(answer, "files.js")
    choose(page, "Bail du local")
    send = page.get_by_role("button", name="Joindre", exact=True)
    send.click()
    sees(page, "Un point à corriger")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page).to_have_title("Erreur")
    expect(page.get_by_text("Choisissez à nouveau")).to_have_count(0)
    assert (holds(page), page.url) == (["bail.pdf"], HERE)
    expect(labelled(page, "Intitulé")).to_have_value("Bail du local")
    labelled(page, "Intitulé").fill("Bail")
    send.dblclick()
    sees(page, "Reçu.")
    assert len(sent) == len(answers)
    assert {one.headers["x-tell-redirect"] for one in sent} == {"yes"}


@pytest.mark.parametrize(
    ("status", "body", "sentences"),
    [
        (None, "", [UNKNOWN]),
        (502, "<h1>502 Bad Gateway</h1>", [UNKNOWN]),
        (200, "%PDF-1.7", [UNKNOWN]),
        (413, "413.html", ["Le fichier est trop lourd", "une pièce jointe 15 Mo."]),
        (429, "429.html", ["Trop d'essais en peu de temps"]),
        (500, "500.html", ["Nous avons rencontré un problème", "vérifiez-la avant"]),
        (503, "errors/busy.html", ["Attendez quelques secondes"]),
        (403, "403.html", ["Le dossier est clos."]),
        (403, "403_csrf.html", ["le formulaire n'a pas été envoyé."]),
    ],
)
def test_what_gives_no_form_back_is_said_above_the_one_that_stays(opened, status, body, sentences):
    if body.endswith(".html"):
        body = render_to_string(body, {"exception": "Le dossier est clos.", "csrf_token": "anew"})

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            return status and {"status": status, "body": body}
        return {"body": piece()}

    page = opened(answer, "files.js")
    choose(page, "Bail")
    send = page.get_by_role("button", name="Joindre", exact=True)
    send.click()
    sees(page, *sentences, "Ce que vous aviez saisi et choisi est toujours là.")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_text("page précédente")).to_have_count(0)
    expect(labelled(page, "Intitulé")).to_have_value("Bail")
    expect(send).not_to_have_attribute("aria-disabled", "true")
    assert (holds(page), page.url) == (["bail.pdf"], HERE)
    token = page.locator("[name=csrfmiddlewaretoken]").input_value()
    assert token == ("anew" if "anew" in body else "old")


def test_a_long_upload_stays_sent_until_it_is_answered(opened):
    sent: list[Request] = []

    def answer(request: Request) -> Answer:
        if request.method == "POST":
            sent.append(request)
            return PENDING
        return {"body": piece()}

    page = opened(answer, "files.js")
    page.clock.install()
    choose(page, "Bail")
    send = page.get_by_role("button", name="Joindre au bail")
    with page.expect_request("**/piece/bail/"):
        send.click()
    page.clock.fast_forward(60_000)
    expect(send).to_have_attribute("aria-disabled", "true")
    send.click(force=True)
    page.evaluate("fetch('/')")
    assert [one.url for one in sent] == [f"{HERE}bail/"]


def test_a_file_that_was_refused_is_another_to_choose(opened):
    def answer(request: Request) -> Answer:
        if request.method == "POST":
            return {"status": 422, "body": piece("Bail", b"")}
        return {"body": piece()}

    page = opened(answer, "files.js")
    choose(page, "Bail", b"")
    page.get_by_role("button", name="Joindre", exact=True).click()
    sees(page, "Un point à corriger")
    assert holds(page) == []


def test_a_page_that_went_well_asks_for_another_file_and_is_read_from_its_top(opened):
    page = opened(
        lambda request: {"body": piece(*["Bail"] if request.method == "POST" else [])}, "files.js"
    )
    choose(page, "Bail")
    page.get_by_role("button", name="Joindre", exact=True).click()
    expect(page.locator("main")).to_be_focused()
    expect(page.get_by_text("Choisissez à nouveau")).to_have_count(0)
    assert holds(page) == []


def test_a_page_of_thanks_takes_the_place_of_the_form(opened):
    thanks = '<main tabindex="-1"><h1>Merci, la pièce est reçue</h1></main>'
    page = opened(
        lambda request: {"body": thanks if request.method == "POST" else piece()}, "files.js"
    )
    choose(page, "Bail")
    page.get_by_role("button", name="Joindre", exact=True).click()
    sees(page, "Merci, la pièce est reçue")
    expect(page.locator("form")).to_have_count(0)
