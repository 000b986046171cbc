import json
import re
from datetime import timedelta
from html import unescape
from typing import ClassVar

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from alize.audit.models import AuditEvent
from alize.common.access import Audience, rule_of, walk
from basins import tenancy
from basins.access import MATRIX
from basins.enums import MFA_ROLES, NATIONAL_ROLES, Role
from basins.models import Basin
from basins.tenancy import national
from tests.accounts.conftest import PASSWORD, SECRET, sign_in
from tests.accounts.test_sign_in import is_signed_in
from tests.conftest import confirm, unconfirm

ENROLMENT = "/connexion/mon-acces/second-facteur/"


def without_factor(user):
    with national():
        Authenticator.objects.filter(user=user).delete()
    return user


def matrix_paths(role: Role) -> list[str]:
    """A real address for each view of the matrix that the role may open, parameters aside."""
    paths = []
    for pattern, entry in walk():
        rule = rule_of(entry.callback, entry.name)
        here = "<slug:basin>" in pattern or role in NATIONAL_ROLES
        if here and rule.audience is Audience.MATRIX and role in MATRIX[rule.act]:
            filled = pattern.replace("<slug:basin>", "savoie")
            filled = re.sub(r"<int:\w+>", "1", filled)
            paths.append("/" + re.sub(r"<(?:\w+:)?\w+>", "x", filled))
    return paths


@pytest.mark.parametrize("role", sorted(MFA_ROLES))
def test_role_that_needs_a_second_factor_opens_nothing_without_one(client_as, role):
    client = client_as(role)
    without_factor(client.user)
    for path in matrix_paths(role):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302, path
            assert answer["Location"] == ENROLMENT, path


@pytest.mark.parametrize("role", sorted(MFA_ROLES))
def test_a_session_opened_before_the_factor_was_enrolled_elsewhere_shows_it_first(client_as, role):
    client = client_as(role)
    unconfirm(client)
    home = "/reseau/" if role in NATIONAL_ROLES else "/bassins/savoie/"
    assert client.get(home)["Location"].startswith("/connexion/confirmer/?next=")
    confirm(client)
    assert client.get(home).status_code == 200


@pytest.mark.parametrize("page", ["mfa_activate_totp", "mfa_add_webauthn"])
def test_a_new_password_asked_for_by_anybody_keeps_nobody_from_a_second_factor(
    client_as, browser, page
):
    client = client_as(Role.OPERATOR)
    without_factor(client.user)
    browser.post("/connexion/mot-de-passe/oublie/", {"email": client.user.email})
    assert client.get(reverse(page)).status_code == 200


def test_member_needs_none(client_as):
    client = client_as(Role.MEMBER)
    assert client.get("/bassins/savoie/").status_code == 200


class TestOfMembers:
    """A basin may ask a second factor of its members (security.md 2.1)."""

    PAGE = "/bassins/savoie/reglages/second-facteur/membres/"

    @pytest.fixture
    def president(self, client_as, savoie):
        yield client_as(Role.PRESIDENT)
        tenancy.forget(savoie.slug)

    def decide(self, president, required: str):
        answer = president.post(self.PAGE, {"required": required}, follow=True)
        assert answer.status_code == 200
        return unescape(answer.content.decode())

    def test_the_presidency_asks_it_of_all_the_members(
        self, president, client_as, django_capture_on_commit_callbacks
    ):
        member, equipped = client_as(Role.MEMBER), client_as(Role.MEMBER)
        with national():
            Authenticator.objects.create(user=equipped.user, type="totp", data={})
        prefect, page = client_as(Role.PREFECTURE), "/bassins/savoie/comite/"
        assert "Exiger un second facteur des membres" in president.get(self.PAGE).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            assert "Le second facteur est exigé des membres." in self.decide(president, "True")
        assert member.get(page)["Location"] == ENROLMENT
        assert member.post("/bassins/savoie/reglages/second-facteur/membres/").status_code == 403
        assert "votre bassin l'exige" in unescape(member.get(ENROLMENT).content.decode())
        assert equipped.get(page).status_code == 200
        assert prefect.get(page).status_code == 200

    def test_sent_twice_it_says_and_keeps_the_same_then_leaves_the_choice(
        self, president, client_as, django_capture_on_commit_callbacks
    ):
        member = client_as(Role.MEMBER)
        with django_capture_on_commit_callbacks(execute=True):
            self.decide(president, "True")
            self.decide(president, "True")
        decided = AuditEvent.objects.filter(type="basin.members_factor")
        assert [event.facts["required"] for event in decided] == [True]
        with django_capture_on_commit_callbacks(execute=True):
            assert "au choix des membres" in self.decide(president, "False")
        assert member.get("/bassins/savoie/comite/").status_code == 200

    @pytest.mark.parametrize("role", [Role.OPERATOR, Role.MEMBER, Role.NATIONAL_STAFF])
    def test_nobody_else_decides_it(self, client_as, role):
        assert client_as(role).post(self.PAGE, {"required": "True"}).status_code == 403


def test_enrolment_page_says_why(client_as):
    client = client_as(Role.OPERATOR)
    without_factor(client.user)
    client.get("/bassins/savoie/reglages/")
    assert "Votre rôle demande un second facteur" in client.get(ENROLMENT).content.decode()


def test_enrolling_gives_codes_once_then_comes_back(client_as, monkeypatch):
    monkeypatch.setattr(transaction, "on_commit", lambda work: work())
    client = client_as(Role.OPERATOR)
    without_factor(client.user)
    client.get("/bassins/savoie/reglages/")
    form = client.get("/connexion/mon-acces/application/").context["form"]
    now = format_hotp_value(hotp_value(form.secret, next(iter(counters()))))
    answer = client.post("/connexion/mon-acces/application/", {"code": now})
    codes_page = reverse("mfa_view_recovery_codes")
    assert answer["Location"] == codes_page
    assert client.get(codes_page).context["codes"] == []
    shown = client.post(codes_page)
    assert len(shown.context["codes"]) == 10
    assert shown.context["waiting"] == "/bassins/savoie/reglages/"
    assert client.post(codes_page).context["codes"] == []
    assert client.get("/bassins/savoie/reglages/").status_code == 200


def test_secrets_are_encrypted_at_rest(operator):
    kept = Authenticator.objects.get(user=operator)
    assert SECRET not in json.dumps(kept.data)
    assert kept.data["secret"].startswith("gAAAA")


def test_password_alone_does_not_sign_in(browser, operator, code):
    assert sign_in(browser, operator)["Location"] == "/connexion/verification/"
    assert not is_signed_in(browser)
    browser.post("/connexion/verification/", {"code": "000000"})
    assert not is_signed_in(browser)
    browser.post("/connexion/verification/", {"code": code()})
    assert is_signed_in(browser)


def test_code_is_accepted_once_whatever_the_host(browser, operator, code, settings):
    settings.ALLOWED_HOSTS = ["testserver", "autre.example"]
    now = code()
    sign_in(browser, operator)
    browser.post("/connexion/verification/", {"code": now})
    assert is_signed_in(browser)
    other = type(browser)(headers={"host": "autre.example"})
    sign_in(other, operator)
    other.post("/connexion/verification/", {"code": now})
    assert not is_signed_in(other)


def test_code_is_accepted_once_even_without_the_cache(browser, operator, code):
    now = code()
    sign_in(browser, operator)
    browser.post("/connexion/verification/", {"code": now})
    cache.clear()
    other = type(browser)()
    sign_in(other, operator)
    other.post("/connexion/verification/", {"code": now})
    assert not is_signed_in(other)


def test_giving_a_role_asks_who_one_is_again(client_as, operator, code):
    client = client_as(Role.OPERATOR, user=operator)
    unconfirm(client)
    page = "/bassins/savoie/reglages/inviter/"
    asked = "/connexion/confirmer/?next=/bassins/savoie/reglages/inviter/"
    assert client.get(page)["Location"] == asked
    sent = client.post(page, headers={"referer": f"http://testserver{page}"})
    assert sent["Location"] == asked
    question = client.get(asked, follow=True)
    done = client.post(question.request["PATH_INFO"], {"code": code(), "next": page})
    assert done["Location"] == page
    assert client.get(page).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=5, seconds=1)):
        assert client.get(page).status_code == 302


def test_recovery_code_is_accepted_once(browser, operator):
    with national():
        recovery = RecoveryCodes.activate(operator).get_unused_codes()[0]
    for expected in (True, False):
        visitor = type(browser)()
        sign_in(visitor, operator)
        visitor.post("/connexion/verification/", {"code": recovery})
        assert is_signed_in(visitor) is expected


def test_new_password_does_not_skip_the_second_factor(browser, operator, sent_path):
    browser.post("/connexion/mot-de-passe/oublie/", {"email": operator.email})
    form = browser.get(sent_path(operator.email, "M31"), follow=True)
    chosen = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
    browser.post(form.context["action_url"], chosen)
    assert not is_signed_in(browser)
    answer = sign_in(browser, operator, "une autre phrase longue")
    assert answer["Location"] == "/connexion/verification/"


def test_changing_a_second_factor_asks_who_one_is_again(client_as, operator):
    client = client_as(Role.OPERATOR, user=operator)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        for name in ("mfa_deactivate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes"):
            for answer in (client.get(reverse(name)), client.post(reverse(name))):
                assert answer.status_code == 302, name
                assert answer["Location"].startswith("/connexion/confirmer/"), name


class TestOfTheLast:
    """Whoever holds a role that asks for a second factor does not give up the last alone."""

    PAGES: ClassVar = {"totp": "mfa_deactivate_totp", "webauthn": "mfa_remove_webauthn"}

    def left(self, client, kind: str, *others: str) -> tuple[str, set[str]]:
        """What the page says to whoever removes it, and what is left then."""
        with national():
            Authenticator.objects.filter(user=client.user).delete()
            kept = Authenticator.objects.create(user=client.user, type=kind, data={"name": "Clé"})
            for other in ("recovery_codes", *others):
                Authenticator.objects.create(user=client.user, type=other, data={})
        page = reverse(self.PAGES[kind], kwargs={"pk": kept.pk} if kind == "webauthn" else {})
        before = unescape(client.get(page).content.decode())
        after = unescape(client.post(page).content.decode())
        assert ("ajoutez-en d'abord un autre" in before) is ("d'abord un autre" in after)
        with national():
            kinds = Authenticator.objects.filter(user=client.user).values_list("type", flat=True)
            return after, set(kinds)

    @pytest.mark.parametrize("kind", PAGES)
    @pytest.mark.parametrize("role", sorted(MFA_ROLES))
    def test_it_stays(self, client_as, role, kind):
        said, kinds = self.left(client_as(role), kind)
        assert "celui-ci est votre dernier" in said
        assert kinds == {kind, "recovery_codes"}

    @pytest.mark.parametrize("kind", PAGES)
    def test_one_of_two_may_go(self, client_as, kind):
        (other,) = self.PAGES.keys() - {kind}
        said, kinds = self.left(client_as(Role.FINANCE), kind, other)
        assert "celui-ci est votre dernier" not in said
        assert kinds == {other, "recovery_codes"}

    @pytest.mark.parametrize("asked", [False, True])
    def test_of_a_member_it_may_go_unless_their_basin_asks_for_it(self, client_as, savoie, asked):
        member = client_as(Role.MEMBER)
        with national():
            Basin.objects.filter(pk=savoie.pk).update(members_show_factor=asked)
        said, kinds = self.left(member, "totp")
        assert ("celui-ci est votre dernier" in said) is asked
        assert bool(kinds) is asked


def test_a_password_does_not_stand_for_the_second_factor(client_as, operator):
    client = client_as(Role.OPERATOR, user=operator)
    unconfirm(client)
    page = "/bassins/savoie/reglages/inviter/"
    client.post("/connexion/confirmer/", {"password": PASSWORD, "next": page})
    assert client.get(page).status_code == 302


def test_the_factor_of_the_sign_in_counts_for_five_minutes(browser, operator, code):
    sign_in(browser, operator)
    browser.post("/connexion/verification/", {"code": code()})
    page = "/bassins/savoie/reglages/inviter/"
    assert browser.get(page).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert browser.get(page)["Location"].startswith("/connexion/confirmer/")


def test_a_change_is_told_by_mail(browser, member, run_outbox, mailoutbox):
    sign_in(browser, member)
    browser.post(
        "/connexion/mot-de-passe/",
        {
            "oldpassword": PASSWORD,
            "password1": "une autre phrase longue",
            "password2": "une autre phrase longue",
        },
    )
    run_outbox()
    assert [mail.subject for mail in mailoutbox] == [
        "Vérifiez ce changement sur votre accès : mot de passe changé"
    ]


def test_roles_that_need_a_second_factor_are_those_of_the_specification():
    assert set(Role) - MFA_ROLES == {Role.MEMBER, Role.ASSOCIATE, Role.PREFECTURE}
