"""A script that sends something is told where it leads, and its page goes there once (ADR 33)."""

import pytest
from allauth.mfa.models import Authenticator
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory
from django.urls import reverse

from alize.common.redirects import TOLD_IN, RedirectsToldMiddleware
from basins import tenancy
from basins.enums import Role
from tests.conftest import unconfirm

NEW = "/bassins/savoie/dossiers/nouveau/"
DRAFT = "/bassins/savoie/dossiers/2026-SAV-001/rubriques/projet/brouillon/"
TYPED = {
    "name": "Chapellerie Zéphyr",
    "need": "Une presse",
    "origin": "DIRECT",
    "owner_name": "Ève Roi",
    "command_key": "9f1d4c1e-8a43-4f0e-9a66-6f0d3f5b2c11",
}
HTMX = {"HX-Request": "true"}


def led() -> HttpResponse:
    answer = HttpResponseRedirect("/bassins/savoie/")
    answer.set_cookie("mot", "dit")
    return answer


@pytest.mark.parametrize(("asked", "told"), TOLD_IN.items())
def test_whoever_asks_is_told_where_to_go_with_what_else_was_said(asked, told):
    request = RequestFactory().post("/", headers={asked: "true"})
    answer = RedirectsToldMiddleware(lambda request: led())(request)
    assert (answer.status_code, answer.headers[told]) == (204, "/bassins/savoie/")
    assert not answer.has_header("Location")
    assert answer.cookies["mot"].value == "dit"


@pytest.mark.parametrize(
    ("asked", "answer"),
    [({}, led()), ({"X-Tell-Redirect": "yes"}, HttpResponse("Un point à corriger", status=422))],
)
def test_the_others_get_the_answer_as_it_is(asked, answer):
    status = answer.status_code
    request = RequestFactory().post("/", headers=asked)
    same = RedirectsToldMiddleware(lambda request: answer)(request)
    assert same.status_code == status
    assert not {*TOLD_IN.values()} & same.headers.keys()


def test_what_a_form_says_once_is_said_on_the_page_that_is_shown(client_as):
    client = client_as(Role.OPERATOR)
    sent = client.post(NEW, TYPED, headers={"X-Tell-Redirect": "yes"})
    assert sent.status_code == 204
    page = sent.headers["X-Redirect-To"]
    said = 'class="messages"'
    assert said not in client.get(page, headers=HTMX).content.decode()
    assert said in client.get(page).content.decode()


def test_a_draft_stopped_at_a_door_leads_there_and_is_not_taken_for_saved(client_as):
    client = client_as(Role.OPERATOR)
    unconfirm(client)
    stopped = client.post(DRAFT, {"need": "Une presse"}, headers=HTMX)
    assert stopped.status_code == 204
    assert stopped.headers["HX-Redirect"].startswith("/connexion/confirmer/?next=")
    with tenancy.national():
        Authenticator.objects.filter(user=client.user).delete()
    stopped = client.post(DRAFT, {"need": "Une presse"}, headers=HTMX)
    assert (stopped.status_code, stopped.headers["HX-Redirect"]) == (204, reverse("mfa_index"))
