from http.client import HTTPConnection
from time import sleep
from urllib.parse import parse_qsl, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount

from alize.accounts.models import User
from basins.enums import Role
from tests.accounts.conftest import PASSWORD
from tests.accounts.proconnect_stub import CLIENT, SECRET, make_key, serving
from tests.accounts.test_sign_in import is_signed_in
from tests.builders import make_user
from tests.words import plain

ADDRESS = "agent@prefecture.example"


@pytest.fixture
def proconnect(settings):
    """ProConnect, running and configured."""
    with serving() as stub:
        settings.PROCONNECT = {"server_url": stub.url, "client_id": CLIENT, "secret": SECRET}
        yield stub


@pytest.fixture
def agent(savoie):
    """An agent of the prefecture with an account."""
    return make_user(Role.PREFECTURE, basin=savoie, email=ADDRESS)


def through_proconnect(browser, **query: str):
    """Follow the button to ProConnect, and come back with its answer."""
    sent = browser.get("/connexion/proconnect/", query)["Location"]
    parts = urlsplit(sent)
    connection = HTTPConnection(parts.netloc)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    assert answer.status == 302, answer.read()
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "testserver"
    return browser.get(f"{back.path}?{back.query}")


def test_button_stands_only_where_proconnect_is_configured(browser, proconnect, settings):
    assert "S'identifier avec ProConnect" in browser.get("/connexion/").content.decode()
    settings.PROCONNECT = {"server_url": "", "client_id": "", "secret": ""}
    assert "ProConnect" not in browser.get("/connexion/").content.decode()
    assert browser.get("/connexion/proconnect/").status_code == 404
    assert browser.get("/connexion/proconnect/retour/?code=a&state=b").status_code == 404


def test_agent_with_an_account_is_signed_in(browser, proconnect, agent):
    assert through_proconnect(browser)["Location"] == "/"
    assert is_signed_in(browser)
    assert browser.session["_auth_user_id"] == str(agent.pk)
    assert not SocialAccount.objects.exists()


def test_agent_comes_back_to_the_page_that_was_asked_for(browser, proconnect, agent):
    answer = through_proconnect(browser, next="/bassins/savoie/pilotage/")
    assert answer["Location"] == "/bassins/savoie/pilotage/"


def test_agent_never_lands_on_another_site(browser, proconnect, agent):
    assert through_proconnect(browser, next="//ailleurs.example/")["Location"] == "/"


def test_agent_without_an_account_gets_none(browser, proconnect):
    page = through_proconnect(browser)
    assert "sur invitation" in page.content.decode()
    assert not is_signed_in(browser)
    assert not User.objects.filter(email=ADDRESS).exists()


def test_address_that_proconnect_has_not_verified_opens_nothing(browser, proconnect, agent):
    proconnect.person["email_verified"] = False
    through_proconnect(browser)
    assert not is_signed_in(browser)


def test_closed_account_stays_closed(browser, proconnect, agent):
    agent.is_active = False
    agent.save()
    through_proconnect(browser)
    assert not is_signed_in(browser)


def test_second_factor_is_still_asked_for(browser, proconnect, operator):
    proconnect.person["email"] = operator.email
    assert through_proconnect(browser)["Location"] == "/connexion/verification/"
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "n" * 40},
        {"iss": "https://ailleurs.example"},
        {"aud": "un-autre-client"},
        {"exp": 1},
    ],
)
def test_token_that_says_otherwise_is_refused(browser, proconnect, agent, wrong):
    proconnect.wrong = wrong
    assert through_proconnect(browser)["Location"] == "/connexion/"
    assert not is_signed_in(browser)


def test_token_signed_by_somebody_else_is_refused(browser, proconnect, agent):
    proconnect.signing_key = make_key()
    through_proconnect(browser)
    assert not is_signed_in(browser)


def test_answer_about_somebody_else_is_refused(browser, proconnect, agent, monkeypatch):
    signed = proconnect.signed
    monkeypatch.setattr(
        proconnect,
        "signed",
        lambda claims: signed({**claims, "sub": "agent-2"} if "email" in claims else claims),
    )
    through_proconnect(browser)
    assert not is_signed_in(browser)


def test_return_without_the_state_that_was_sent_is_refused(browser, proconnect, agent):
    sent = browser.get("/connexion/proconnect/")["Location"]
    assert len(dict(part.split("=") for part in urlsplit(sent).query.split("&"))["state"]) >= 32
    answer = browser.get("/connexion/proconnect/retour/", {"code": "a", "state": "s" * 40})
    assert answer["Location"] == "/connexion/"
    assert not is_signed_in(browser)


def silent() -> int:
    sleep(0.6)
    return 200


@pytest.mark.parametrize("trouble", [lambda: 503, silent, None], ids=["503", "silent", "down"])
def test_whoever_proconnect_does_not_answer_signs_in_otherwise(
    browser, proconnect, agent, settings, trouble
):
    sent = urlsplit(browser.get("/connexion/proconnect/")["Location"])
    state = dict(parse_qsl(sent.query))["state"]
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.3
    proconnect.trouble = trouble
    if trouble is None:
        settings.PROCONNECT["server_url"] = "http://127.0.0.1:9"
    for page, query in (("", {}), ("retour/", {"code": "a", "state": state})):
        answer = browser.get(f"/connexion/proconnect/{page}", query)
        assert answer["Location"] == "/connexion/"
        assert "a pas confirmé votre identité" in plain(browser.get("/connexion/"))
    assert not is_signed_in(browser)


def test_return_is_good_for_one_use(browser, proconnect, agent):
    back = through_proconnect(browser).request
    again = type(browser)().get(f"{back['PATH_INFO']}?{back['QUERY_STRING']}")
    assert again["Location"] == "/connexion/"


def test_password_of_the_account_stays(browser, proconnect, operator):
    proconnect.person["email"] = operator.email
    through_proconnect(browser)
    operator.refresh_from_db()
    assert operator.check_password(PASSWORD)
