import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone

from alize.accounts import links
from alize.accounts.models import SignInLink
from alize.notifications.models import Mail
from basins.tenancy import national
from tests.accounts.test_sign_in import is_signed_in
from tests.words import plain

SENT = "/connexion/lien/envoye/"
LATER = timedelta(seconds=11)
"""How long after one link another may be asked for."""


def ask(browser, email: str, **more: str):
    return browser.post("/connexion/lien/", {"login": email, **more})


def test_answer_is_the_same_whether_the_address_is_known_or_not(browser, member, run_outbox):
    known, unknown = ask(browser, member.email), ask(browser, "inconnue@example.org")
    assert known.status_code == unknown.status_code == 302
    assert known["Location"] == unknown["Location"]
    run_outbox()
    assert Mail.objects.filter(code="M30").count() == 1


def test_address_is_asked_for_when_the_sign_in_page_had_none(browser):
    answer = ask(browser, "")
    assert answer.status_code == 422
    assert answer.context["form"].errors["login"]


def test_link_signs_in_after_continuer_and_only_once(browser, member, sent_path):
    ask(browser, member.email.upper())
    path = sent_path(member.email, "M30")
    page = browser.get(path)
    assert "Continuer" in page.content.decode()
    assert not is_signed_in(browser)
    assert browser.post(path)["Location"] == "/"
    assert is_signed_in(browser)
    assert type(browser)().get(path).status_code == 410
    assert type(browser)().post(path).status_code == 410


def test_link_leads_to_the_page_that_was_asked_for(browser, member, sent_path):
    ask(browser, member.email, next="/bassins/savoie/comite/")
    assert browser.post(sent_path(member.email, "M30"))["Location"] == "/bassins/savoie/comite/"


def test_a_link_that_no_longer_serves_is_sent_again_to_its_address_alone(
    browser, member, sent_path, run_outbox
):
    ask(browser, member.email, next="/bassins/savoie/comite/")
    path = sent_path(member.email, "M30")
    elsewhere = type(browser)()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        page = elsewhere.get(path).content.decode()
        assert f'action="{path}nouveau/"' in page
        assert member.email not in page
        assert elsewhere.get(f"{path}nouveau/").status_code == 405
        sent = elsewhere.post(f"{path}nouveau/", follow=True)
        assert sent.redirect_chain[0][0] == f"{SENT}?next=%2Fbassins%2Fsavoie%2Fcomite%2F"
        assert "/connexion/lien/?next=%2Fbassins%2Fsavoie%2Fcomite%2F" in sent.content.decode()
        assert member.email not in sent.content.decode()
        run_outbox()
        again = sent_path(member.email, "M30")
        assert again != path
        assert elsewhere.post(again)["Location"] == "/bassins/savoie/comite/"


def test_an_unknown_link_is_sent_again_to_nobody(browser, db, run_outbox):
    answer = browser.post("/connexion/lien/inconnu/nouveau/")
    assert answer.status_code == 410
    assert 'href="/connexion/lien/"' in answer.content.decode()
    run_outbox()
    assert not Mail.objects.filter(code="M30").exists()


def test_a_link_is_sent_again_five_times_in_five_minutes(browser, member, sent_path):
    ask(browser, member.email)
    path = sent_path(member.email, "M30")
    codes = [browser.post(f"{path}nouveau/").status_code for _ in range(5)]
    assert codes == [302, 302, 302, 302, 429]


def test_link_never_leads_to_another_site(browser, member, sent_path):
    ask(browser, member.email, next="https://ailleurs.example/")
    assert browser.post(sent_path(member.email, "M30"))["Location"] == "/"


def test_link_expires_after_fifteen_minutes(browser, member, sent_path):
    ask(browser, member.email)
    path = sent_path(member.email, "M30")
    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        assert browser.post(path).status_code == 410
    assert not is_signed_in(browser)


def test_a_newer_link_replaces_the_others(browser, member, sent_path):
    ask(browser, member.email)
    first = sent_path(member.email, "M30")
    with time_machine.travel(timezone.now() + LATER):
        ask(browser, member.email)
        second = sent_path(member.email, "M30")
        assert browser.get(first).status_code == 410
        assert browser.get(second).status_code == 200


def test_a_form_sent_twice_asks_for_one_link(browser, member, run_outbox):
    """Two mails would be one link that opens nothing."""
    answers = [ask(browser, email) for email in (member.email, member.email.upper())]
    assert answers[0]["Location"] == answers[1]["Location"] == SENT
    run_outbox()
    assert Mail.objects.filter(code="M30").count() == 1


def test_link_of_an_account_closed_meanwhile_opens_nothing(browser, member, sent_path):
    ask(browser, member.email)
    path = sent_path(member.email, "M30")
    with national():
        member.is_active = False
        member.save()
    assert browser.post(path).status_code == 410


def test_link_does_not_replace_the_second_factor(browser, operator, sent_path, code):
    ask(browser, operator.email)
    answer = browser.post(sent_path(operator.email, "M30"))
    assert answer["Location"] == "/connexion/verification/"
    assert not is_signed_in(browser)
    assert browser.post("/connexion/verification/", {"code": code()})["Location"] == "/"
    assert is_signed_in(browser)


def test_only_the_digest_of_a_link_is_kept(browser, member, sent_path):
    ask(browser, member.email)
    token = sent_path(member.email, "M30").rstrip("/").rpartition("/")[2]
    link = SignInLink.objects.get(user=member)
    assert token not in str(vars(link))


def test_mail_that_opens_something_is_not_kept_outside_the_demo(
    browser, member, run_outbox, settings, mailoutbox
):
    settings.DEMO = False
    ask(browser, member.email)
    run_outbox()
    mail = Mail.objects.get(code="M30")
    assert (mail.text, mail.html) == ("", "")
    assert "/connexion/lien/" in mailoutbox[0].body


def test_asking_too_often_for_one_address_is_refused(browser, member):
    answers = [ask(browser, member.email).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_invented_links_open_nothing(browser, method):
    assert getattr(browser, method)("/connexion/lien/invente/").status_code == 410


@pytest.fixture
def digits(run_outbox):
    """The six digits of the last mail to an address."""

    def find(email: str) -> str:
        run_outbox()
        text = Mail.objects.filter(to_email=email, code="M30").first().text
        return re.search(r"demandé : (\d{3} \d{3})", text)[1]

    return find


def wrong(code: str) -> str:
    """Six other digits."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**6:06d}"


class TestCode:
    """Six digits where the link does not open (journeys.md P1)."""

    def test_another_browser_that_asks_meanwhile_hears_which_mail_serves(
        self, browser, member, digits
    ):
        """Whether the address is known or not (T17)."""
        other = type(browser)()
        for email in ("inconnue@example.org", member.email):
            ask(browser, email)
            assert "moins de dix secondes" not in plain(browser.get(SENT))
            ask(other, email)
            assert "moins de dix secondes" in plain(other.get(SENT))
        assert other.post(SENT, {"code": digits(member.email)})["Location"] == "/"

    def test_it_signs_in_where_it_was_asked_for_and_only_once(self, browser, member, digits):
        ask(browser, member.email.upper(), next="/bassins/savoie/pilotage/")
        assert 'name="code"' in browser.get(SENT).content.decode()
        code = digits(member.email)
        assert browser.post(SENT, {"code": code})["Location"] == "/bassins/savoie/pilotage/"
        assert is_signed_in(browser)
        other = type(browser)()
        ask(other, "inconnue@example.org")
        assert other.post(SENT, {"code": code}).status_code == 422

    def test_it_spends_the_link_and_the_link_spends_it(self, browser, member, digits, sent_path):
        ask(browser, member.email)
        code, path = digits(member.email), sent_path(member.email, "M30")
        browser.post(path)
        other = type(browser)()
        with time_machine.travel(timezone.now() + LATER):
            ask(other, member.email)
            assert other.post(SENT, {"code": code}).status_code == 422
            code, path = digits(member.email), sent_path(member.email, "M30")
            assert other.post(SENT, {"code": code.replace(" ", "")}).status_code == 302
            assert browser.get(path).status_code == 410

    def test_it_is_nothing_without_having_asked(self, browser, member, digits):
        ask(browser, member.email)
        other = type(browser)()
        assert 'name="code"' not in other.get(SENT).content.decode()
        assert other.post(SENT, {"code": digits(member.email)})["Location"] == "/connexion/lien/"
        assert not is_signed_in(other)

    def test_five_wrong_ones_end_it_not_the_link(self, browser, member, digits, sent_path):
        ask(browser, member.email)
        code = digits(member.email)
        for _ in range(5):
            answer = browser.post(SENT, {"code": wrong(code)})
            assert answer.status_code == 422
            assert "Ce code n'est pas le bon" in unescape(answer.content.decode())
        assert browser.post(SENT, {"code": code}).status_code == 422
        assert not is_signed_in(browser)
        assert browser.post(sent_path(member.email, "M30")).status_code == 302

    def test_what_cannot_be_a_code_is_no_try(self, browser, member, digits):
        ask(browser, member.email)
        code = digits(member.email)
        for typed in ("abc", "12345", "1234567", "12 34 5²", "١٢٣٤٥٦") * 2:
            answer = browser.post(SENT, {"code": typed})
            assert answer.status_code == 422
            assert "Le code a six chiffres" in answer.content.decode()
        assert browser.post(SENT, {"code": code}).status_code == 302

    def test_an_unknown_address_is_answered_as_a_wrong_code(self, browser, member, digits):
        pages = []
        for email in (member.email, "inconnue@example.org"):
            other = type(browser)()
            ask(other, email)
            page = other.post(SENT, {"code": wrong(digits(member.email))})
            pages.append(
                re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
            )
        assert pages[0] == pages[1]

    def test_ten_tries_an_hour_whatever_the_links(self, browser, member, digits):
        statuses = []
        for _ in range(3):
            ask(browser, member.email)
            code = wrong(digits(member.email))
            statuses += [browser.post(SENT, {"code": code}).status_code for _ in range(4)]
        assert statuses == [422] * 10 + [429] * 2

    def test_it_expires_and_never_stands_for_a_second_factor(self, browser, operator, digits):
        ask(browser, operator.email)
        code = digits(operator.email)
        with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
            assert browser.post(SENT, {"code": code}).status_code == 422
        assert browser.post(SENT, {"code": code})["Location"] == "/connexion/verification/"
        assert not is_signed_in(browser)

    def test_only_its_digest_is_kept_keyed_by_our_secret(self, browser, member, digits, settings):
        ask(browser, member.email)
        code = digits(member.email)
        assert code.replace(" ", "") not in str(vars(SignInLink.objects.get(user=member)))
        settings.SECRET_KEY = "another"
        assert (
            links.use_code(email=member.email, code=code.replace(" ", ""), at=timezone.now())
            is None
        )
