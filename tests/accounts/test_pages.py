"""Each page of the ways in, for what holds of all of them."""

import re
from html import unescape

import pytest
from django.urls import reverse

from basins.enums import Role

BEFORE = (
    "home",
    "account_login",
    "sign_in_link_ask",
    "sign_in_link_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_inactive",
    "demo_mails",
    "demo_codes",
)
ONCE_IN = (
    "account_home",
    "mail_choices",
    "account_logout",
    "account_set_password",
    "usersessions_list",
    "mfa_index",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_activate_totp",
)
ENGLISH = re.compile(
    r"\b(sign (in|out|up)|password|email address|e-mail address|two-factor|"
    r"recovery codes?|security keys?|submit|cancel|your)\b",
    re.IGNORECASE,
)


def words_of(page: str) -> str:
    return re.sub(r"<[^>]+>|<script.*?</script>", " ", page, flags=re.DOTALL)


def check(answer) -> None:
    page = answer.content.decode()
    assert answer.status_code == 200
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert " style=" not in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r" on[a-z]+=", page)
    body = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not ENGLISH.search(words_of(body)), ENGLISH.search(words_of(body))
    for field in re.findall(r"<(?:input|select|textarea)[^>]*>", body):
        if 'type="hidden"' not in field:
            identifier = re.search(r' id="([^"]+)"', field)[1]
            assert f'for="{identifier}"' in body, field


@pytest.mark.parametrize("name", BEFORE)
def test_page_before_signing_in(browser, name):
    check(browser.get(reverse(name)))


@pytest.mark.parametrize("name", ONCE_IN)
def test_page_once_signed_in(client_as, name):
    client = client_as(Role.MEMBER)
    check(client.get(reverse(name)))


def test_who_has_nothing_to_confirm_with_is_told_how_to_get_it(client_as):
    client = client_as(Role.MEMBER)
    answer = client.get(reverse("account_reauthenticate"), follow=True)
    assert answer.redirect_chain == [(reverse("account_home"), 302)]
    check(answer)
    assert "choisissez d'abord un mot de passe" in unescape(answer.content.decode())


def test_page_of_somebody_signed_in_is_never_cached(client_as):
    answer = client_as(Role.MEMBER).get(reverse("account_home"))
    assert answer["Cache-Control"] == "no-store"


def test_every_form_error_is_said_in_french(browser, member):
    answer = browser.post("/connexion/", {"login": "pas une adresse", "password": ""})
    check(answer)
    answer = browser.post("/connexion/", {"login": member.email, "password": "faux"})
    check(answer)
