from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alize.accounts.models import SignInLink
from alize.notifications.models import Mail
from basins.tenancy import national
from tests.accounts.test_sign_in import is_signed_in


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
    ask(browser, member.email)
    second = sent_path(member.email, "M30")
    assert browser.get(first).status_code == 410
    assert browser.get(second).status_code == 200


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
