"""A form that is stopped at a door, without JavaScript: nothing typed is lost, nothing is sent."""

from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import lxml.html
import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alize.common import late_forms
from basins import tenancy
from basins.enums import Role
from basins.sessions import LIMITS
from funds.bank_forms import IbanField
from projects.models import Project
from tests.accounts.conftest import PASSWORD, sign_in
from tests.builders import make_user
from tests.conftest import VisitorClient, unconfirm
from tests.meta.test_forms import ours

NEW = "/bassins/savoie/dossiers/nouveau/"
INVITE = "/bassins/savoie/reglages/inviter/"
LATER = 2 * LIMITS[Role.OPERATOR][0]


@pytest.fixture
def typed() -> dict[str, str]:
    """A new contact, whose form counts once."""
    return {
        "name": "Chapellerie Zéphyr",
        "need": "Changer la presse à plier",
        "origin": "DIRECT",
        "owner_name": "Ève Roi",
        "command_key": str(uuid4()),
    }


@pytest.fixture
def clock():
    """Much later than a session lasts without doing anything."""
    with time_machine.travel(timezone.now() + LATER, tick=False) as clock:
        yield clock


@pytest.fixture
def late(client_as, operator, clock) -> VisitorClient:
    """The browser of an operator whose session has ended in front of a form."""
    clock.shift(-LATER)
    client = client_as(Role.OPERATOR, user=operator)
    client.get(NEW)
    clock.shift(LATER)
    return client


def send(client: VisitorClient, data: dict, page: str = NEW, **headers: str):
    return client.post(page, data, headers={"referer": f"http://testserver{page}", **headers})


def next_of(answer) -> str:
    """Where the sign-in that an answer asks for leads."""
    address = urlsplit(answer["Location"])
    assert (answer.status_code, address.path) == (302, "/connexion/")
    return parse_qs(address.query)["next"][0]


@pytest.fixture
def come_back(operator, code):
    """Sign in again as the operator; where that leads."""

    def enter(client: VisitorClient, page: str) -> str:
        sign_in(client, operator, next=page)
        return client.post("/connexion/verification/", {"code": code()})["Location"]

    return enter


def sent_again(answer) -> tuple[str, dict]:
    """Where « Reprendre l'envoi » goes, and with what; its token stays aside."""
    for form in lxml.html.fromstring(answer.content.decode()).forms:
        if "Reprendre l'envoi" in form.text_content():
            return form.get("action"), dict(form.form_values())
    raise AssertionError("nothing is to be sent again")


def owners(basin) -> list[str]:
    """Who leads each company that a file was opened for."""
    with tenancy.inside(basin):
        return [project.owner_name for project in Project.objects.all()]


def words_of(answer) -> dict[str, str]:
    """What a page gives back, by its names."""
    rows = lxml.html.fromstring(answer.content.decode()).xpath("//dl[@class='definitions']/div")
    return {row.findtext("dt"): row.findtext("dd") for row in rows}


def test_what_was_typed_is_given_back_and_sent_by_its_author_once(late, typed, come_back, savoie):
    page = next_of(send(late, typed))
    assert page.startswith("/connexion/reprise/")
    assert page.endswith("?next=%2Fbassins%2Fsavoie%2Fdossiers%2Fnouveau%2F")
    assert "Rien n'a été envoyé" in unescape(late.get("/connexion/").content.decode())
    assert come_back(late, page) == page
    shown = late.get(page)
    assert words_of(shown) == {
        "Nom de l'entreprise": "Chapellerie Zéphyr",
        "Besoin en une ligne": "Changer la presse à plier",
        "Qui vous l'a signalée\N{NO-BREAK SPACE}?": "L'entreprise elle-même",
        "Nom du dirigeant": "Ève Roi",
    }
    assert "si c'est vous" not in unescape(shown.content.decode())
    assert f'href="{NEW}"' in shown.content.decode()
    assert owners(savoie) == []
    action, fields = sent_again(shown)
    assert action == NEW
    assert typed.items() <= fields.items()
    assert late.post(action, fields).status_code == 302
    late.post(action, fields)
    assert owners(savoie) == ["Ève Roi"]
    assert late.get(page)["Location"] == NEW


def test_nobody_else_reads_it(late, typed, savoie):
    page = next_of(send(late, typed))
    sign_in(late, make_user(Role.MEMBER, basin=savoie, password=PASSWORD))
    answer = late.get(page)
    assert answer["Location"] == NEW
    told = unescape(late.get("/bassins/savoie/").content.decode())
    assert "rien ne vous en est montré" in told
    assert "Zéphyr" not in told


def test_who_typed_it_is_asked_when_the_session_is_gone(browser, typed, come_back):
    page = next_of(send(browser, typed))
    come_back(browser, page)
    shown = browser.get(page)
    assert "seulement si c'est vous" in unescape(shown.content.decode())
    assert words_of(shown)["Nom du dirigeant"] == "Ève Roi"


def test_it_is_forgotten_after_half_an_hour_signed_in_or_not(late, typed, come_back, clock):
    page = next_of(send(late, typed))
    assert late.session.get_expiry_age() <= late_forms.KEPT_FOR.total_seconds()
    come_back(late, page)
    assert late.session.get_expiry_age() > late_forms.KEPT_FOR.total_seconds()
    clock.shift(timedelta(minutes=29))
    assert late.get(page).status_code == 200
    clock.shift(timedelta(minutes=2))
    late.get("/bassins/savoie/")
    assert "Zéphyr" not in str(dict(late.session))
    assert late.get(page)["Location"] == NEW


def test_signed_in_on_another_device_one_goes_to_the_page(late, typed, client_as, operator):
    page = next_of(send(late, typed))
    assert client_as(Role.OPERATOR, user=operator).get(page)["Location"] == NEW


def test_of_two_forms_the_one_that_is_sent_again_is_forgotten(late, typed, come_back):
    first = next_of(send(late, typed))
    second = next_of(send(late, {**typed, "command_key": str(uuid4()), "name": "Ganterie"}))
    come_back(late, second)
    late.post(*sent_again(late.get(second)))
    assert words_of(late.get(first))["Nom de l'entreprise"] == "Chapellerie Zéphyr"
    late.post(NEW, typed)
    assert late.get(first)["Location"] == NEW


def test_lines_say_which_one_they_are(late, come_back):
    section = "/bassins/savoie/dossiers/2026-SAV-001/rubriques/financement/"
    sent = {"revision": "3", "why_alize": "Rien\r\nn'existe", "lignes-TOTAL_FORMS": "2"}
    sent |= {"lignes-0-kind": "BANK", "lignes-1-source": "Banque", "lignes-1-amount": "22 000,5"}
    page = next_of(send(late, sent, section))
    come_back(late, page)
    words = words_of(late.get(page))
    assert list(words.values()) == ["Rien\nn'existe", "Prêt bancaire", "Banque", "22 000,5"]
    assert [name.partition(", ")[2] for name in words] == ["", "ligne 1", "ligne 2", "ligne 2"]
    assert sent_again(late.get(page))[1]["why_alize"].splitlines() == ["Rien", "n'existe"]


def test_what_was_joined_is_named(late, come_back):
    section = "/bassins/savoie/dossiers/2026-SAV-001/rubriques/pieces/"
    plan = SimpleUploadedFile("plan.pdf", b"%PDF-1.4")
    page = next_of(send(late, {"label": "Plan de l'atelier", "file": plan}, section))
    come_back(late, page)
    shown = late.get(page)
    assert "(plan.pdf)" in shown.content.decode()
    assert "file" not in sent_again(shown)[1]


def test_an_act_that_asks_who_one_is_is_done_on_its_own_page_only(late, typed, come_back):
    page = next_of(send(late, {"last_name": "Lefèvre d'Arc", "ends_on": "31/12/2027"}, INVITE))
    come_back(late, page)
    shown = late.get(page)
    assert words_of(shown)["Nom"] == "Lefèvre d'Arc"
    assert "Reprendre l'envoi" not in unescape(shown.content.decode())
    assert f'href="{INVITE}"' in shown.content.decode()


def test_words_outlive_the_question_of_who_one_is(client_as, operator, code):
    client = client_as(Role.OPERATOR, user=operator)
    unconfirm(client)
    asked = send(client, {"last_name": "Lefèvre d'Arc"}, INVITE)["Location"]
    door, _, page = asked.partition("?next=")
    assert door == "/connexion/confirmer/"
    length = client.session.get_expiry_age()
    confirm = client.get(asked, follow=True)
    done = client.post(confirm.request["PATH_INFO"], {"code": code(), "next": unquote(page)})
    assert words_of(client.get(done["Location"])) == {"Nom": "Lefèvre d'Arc"}
    assert client.session.get_expiry_age() == length > late_forms.KEPT_FOR.total_seconds()


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({}, {}),
        ({"command_key": str(uuid4())}, {}),
        ({"need": "Une presse", "iban": "FR76"}, {}),
        ({"need": "Une presse", "code": "123456"}, {}),
        ({"need": "Une presse", "choice": "AGAINST"}, {}),
        ({"motif-12": "Marché non démontré", "vote-12": "AGAINST"}, {}),
        ({"need": "Une presse", "signed_name": "Claire Roux"}, {}),
        ({"need": "é" * late_forms.LONGEST}, {}),
        ({"need": "Une presse"}, {"hx-request": "true"}),
    ],
)
def test_a_form_that_is_secret_long_or_empty_is_not_kept(late, data, headers):
    answer = send(late, data, **headers)
    address = answer.headers.get("HX-Redirect") or answer["Location"]
    assert address == f"/connexion/?next={NEW}"
    assert "late_forms" not in late.session


def test_what_strangers_send_is_kept_twenty_times_a_minute(browser, typed):
    kept = ["reprise" in send(VisitorClient(), typed)["Location"] for _ in range(21)]
    assert kept == [True] * 20 + [False]


def test_no_secret_is_typed_under_another_name():
    found = {
        name
        for form in ours()
        for name, field in form.base_fields.items()
        if isinstance(field, IbanField)
        or isinstance(field.widget, forms.PasswordInput)
        or field.widget.attrs.get("autocomplete") == "one-time-code"
    }
    assert {"iban", "password", "code"} == found <= late_forms.SECRET


def test_a_form_without_its_token_is_given_back_at_once(client_as, operator, typed, savoie):
    client = client_as(Role.OPERATOR, user=operator)
    client.handler.enforce_csrf_checks = True
    answer = send(client, typed, origin="http://testserver")
    assert answer.status_code == 403
    assert words_of(answer)["Nom du dirigeant"] == "Ève Roi"
    action, fields = sent_again(answer)
    assert client.post(action, fields).status_code == 302
    assert owners(savoie) == ["Ève Roi"]


def test_a_form_that_stayed_on_its_page_takes_the_token_of_the_refusal(client_as, typed, savoie):
    client = client_as(Role.OPERATOR)
    client.handler.enforce_csrf_checks = True
    refusal = lxml.html.fromstring(send(client, typed).content.decode())
    [token] = refusal.xpath("//main//input[@name='csrfmiddlewaretoken']/@value")
    assert client.post(NEW, typed | {"csrfmiddlewaretoken": token}).status_code == 302
    assert owners(savoie) == ["Ève Roi"]


@pytest.mark.parametrize("origin", [{}, {"origin": "https://ailleurs.example"}, {"origin": "null"}])
def test_what_another_site_sends_never_passes_for_what_one_typed(client_as, typed, origin):
    client = client_as(Role.OPERATOR)
    client.handler.enforce_csrf_checks = True
    answer = send(client, typed, **origin)
    assert answer.status_code == 403
    assert "Zéphyr" not in answer.content.decode()
    assert "late_forms" not in client.session
