import pytest
from allauth.usersessions.models import UserSession
from django.core.cache.backends.locmem import LocMemCache
from django.urls import resolve

from alize.accounts.models import User
from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from tests.accounts.conftest import PASSWORD, sign_in
from tests.builders import make_user


def is_signed_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def test_sign_in_page_offers_each_way_in_and_no_sign_up(browser):
    page = browser.get("/connexion/").content.decode()
    assert "Recevoir un lien de connexion" in page
    assert "Utiliser une clé d'accès" in page
    assert "sur invitation" in page
    assert "ProConnect" not in page


def test_sign_in_with_the_right_password(browser, member):
    answer = sign_in(browser, member)
    assert answer["Location"] == "/"
    assert is_signed_in(browser)


def test_sign_in_says_the_same_for_a_wrong_password_and_for_an_unknown_address(browser, member):
    wrong = sign_in(browser, member, "pas le bon mot").context["form"].errors
    unknown = sign_in(browser, User(email="personne@example.org")).context["form"].errors
    assert wrong == unknown
    assert not is_signed_in(browser)


def test_wrong_passwords_count_in_all_processes_without_the_broker(browser, member, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}}
    for _ in range(5):
        sign_in(browser, member, "pas le bon mot")
        # Another process would answer next: it remembers nothing of this one.
        LocMemCache("fallback", {}).clear()
    sign_in(browser, member)
    assert not is_signed_in(browser)


def test_wrong_passwords_are_told_once_to_the_owner_of_the_address(browser, member, run_outbox):
    for _ in range(4):
        sign_in(browser, member, "pas le bon mot")
    run_outbox()
    assert not Mail.objects.exists()
    for _ in range(3):
        sign_in(browser, member, "pas le bon mot")
    run_outbox()
    warned = Mail.objects.get()
    assert (warned.code, warned.to_email) == ("M91", member.email)


def test_wrong_passwords_at_an_unknown_address_look_the_same_and_warn_nobody(
    browser, member, run_outbox
):
    unknown = User(email="personne@example.org")
    answers = [
        [sign_in(browser, one, "pas le bon mot").context["form"].errors for _ in range(7)]
        for one in (member, unknown)
    ]
    assert answers[0] == answers[1]
    run_outbox()
    assert Mail.objects.get().to_email == member.email


def test_sign_in_without_the_broker(browser, member, settings):
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:1"}}
    sign_in(browser, member)
    assert is_signed_in(browser)


def test_sign_in_renews_the_session(browser, member):
    browser.get("/connexion/")
    before = browser.session.session_key
    sign_in(browser, member)
    assert browser.session.session_key != before


def test_sign_in_is_refused_to_a_closed_account(browser, member):
    member.is_active = False
    member.save()
    sign_in(browser, member)
    assert not is_signed_in(browser)


@pytest.mark.parametrize("path", ["signup/", "inscription/", "login/code/", "email/", "2fa/"])
def test_nothing_else_of_allauth_is_reachable(browser, path):
    assert browser.get(f"/connexion/{path}").status_code == 404


def test_sign_in_comes_back_to_the_page_that_was_asked_for(browser, member):
    asked = browser.get("/bassins/savoie/reglages/?tri=nom")
    assert asked["Location"] == "/connexion/?next=/bassins/savoie/reglages/%3Ftri%3Dnom"
    answer = sign_in(browser, member, next="/bassins/savoie/reglages/?tri=nom")
    assert answer["Location"] == "/bassins/savoie/reglages/?tri=nom"


def test_a_form_sent_without_a_session_comes_back_to_the_page_that_held_it(browser):
    answer = browser.post(
        "/bassins/savoie/reglages/inviter/",
        {"role": "MEMBER"},
        headers={"referer": "http://testserver/bassins/savoie/reglages/inviter/"},
    )
    assert answer["Location"] == "/connexion/?next=/bassins/savoie/reglages/inviter/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://ailleurs.example/",
        "//ailleurs.example/",
        "///ailleurs.example",
        "/\\ailleurs.example",
        "http:///ailleurs.example",
        "javascript:alert(1)",
        "\thttps://ailleurs.example",
        "https:ailleurs.example",
        "//[ailleurs.example",
    ],
)
def test_sign_in_never_leads_to_another_site(browser, member, elsewhere):
    assert sign_in(browser, member, next=elsewhere)["Location"] == "/"
    lost = browser.get("/connexion/deconnexion/")
    assert lost.status_code == 200


def test_fifteen_people_behind_one_address_sign_in_with_two_typing_errors_each(browser, savoie):
    people = [make_user(Role.MEMBER, basin=savoie, password=PASSWORD) for _ in range(15)]
    for person in people:
        for _ in range(2):
            assert sign_in(browser, person, "faute de frappe").status_code == 200
        assert sign_in(browser, person).status_code == 302
        browser.post("/connexion/deconnexion/")


def test_guesses_on_one_account_are_counted_whatever_the_host_and_the_forged_address(
    browser, member, settings
):
    settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
    for guess in range(6):
        browser.post(
            "/connexion/",
            {"login": member.email.upper(), "password": f"essai {guess}"},
            headers={
                "host": "autre.example" if guess % 2 else "testserver",
                "x-forwarded-for": f"203.0.113.{guess}",
            },
        )
    sign_in(browser, member)
    assert not is_signed_in(browser)


def test_signing_out_asks_and_ends_the_session_at_once(browser, member):
    sign_in(browser, member)
    cookie = browser.cookies["sessionid"].value
    assert browser.get("/connexion/deconnexion/").status_code == 200
    assert is_signed_in(browser)
    browser.post("/connexion/deconnexion/")
    browser.cookies["sessionid"] = cookie
    assert browser.get("/connexion/mon-acces/").status_code == 302


def test_other_connections_are_listed_and_ended(browser, member):
    other = type(browser)()
    sign_in(browser, member)
    sign_in(other, member)
    page = browser.get("/connexion/mon-acces/connexions/").content.decode()
    assert page.count("Depuis ") == 2
    browser.post("/connexion/mon-acces/connexions/")
    assert other.get("/connexion/mon-acces/").status_code == 302
    assert browser.get("/connexion/mon-acces/").status_code == 200
    with national():
        assert UserSession.objects.filter(user=member).count() == 1


def test_one_session_is_ended_and_the_others_stay(browser, member):
    first, second = type(browser)(), type(browser)()
    for visitor in (browser, first, second):
        sign_in(visitor, member)
    page = browser.get("/connexion/mon-acces/connexions/").content.decode()
    with national():
        one = UserSession.objects.get(session_key=first.session.session_key)
    end = f"/connexion/mon-acces/connexions/{one.pk}/terminer/"
    assert end in page
    assert browser.get(end).status_code == 405
    assert browser.post(end)["Location"] == "/connexion/mon-acces/connexions/"
    assert first.get("/connexion/mon-acces/").status_code == 302
    assert second.get("/connexion/mon-acces/").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(browser, member):
    other = type(browser)()
    sign_in(browser, member)
    sign_in(other, make_user(password=PASSWORD))
    with national():
        mine = UserSession.objects.get(user=member)
    assert other.post(f"/connexion/mon-acces/connexions/{mine.pk}/terminer/").status_code == 404
    assert browser.get("/connexion/mon-acces/").status_code == 200


@pytest.mark.parametrize(
    ("referer", "page"),
    [
        ("http://testserver/bassins/savoie/dossiers/", "/bassins/savoie/dossiers/"),
        ("https://ailleurs.example/", "/"),
        ("http://testserver//ailleurs.example/", "/"),
        ("", "/"),
    ],
)
def test_a_form_left_open_too_long_leads_back_or_to_the_sign_in(browser, referer, page):
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/connexion/", headers={"referer": referer})
    html = answer.content.decode()
    assert answer.status_code == 403
    assert f'href="{page}"' in html
    assert f'href="/connexion/?next={page}"' in html


@pytest.mark.parametrize(
    "password", ["court", "azertyuiop12", "123456789012", "camille martin", "password1234"]
)
def test_weak_passwords_are_refused(browser, member, password):
    sign_in(browser, member)
    answer = browser.post(
        "/connexion/mot-de-passe/",
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )
    assert answer.status_code == 200
    with national():
        member.refresh_from_db()
        assert member.check_password(PASSWORD)


def test_password_reset_by_mail_works_once_and_ends_other_sessions(browser, member, sent_path):
    other = type(browser)()
    sign_in(other, member)
    known = browser.post("/connexion/mot-de-passe/oublie/", {"email": member.email})
    unknown = browser.post("/connexion/mot-de-passe/oublie/", {"email": "nul@example.org"})
    assert known["Location"] == unknown["Location"] == "/connexion/mot-de-passe/oublie/envoye/"
    assert sent_path("nul@example.org", "M31") is None
    path = sent_path(member.email, "M31")
    assert resolve(path).url_name == "account_reset_password_from_key"
    form = browser.get(path, follow=True)
    chosen = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
    browser.post(form.context["action_url"], chosen)
    assert other.get("/connexion/mon-acces/").status_code == 302
    assert "ne sert plus" in browser.get(path, follow=True).content.decode()
    assert sign_in(browser, member, "une autre phrase longue")["Location"] == "/"
