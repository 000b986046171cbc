"""What happens at the door stands in the journal of the network, as ids (security.md S51)."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.urls import reverse

from alize.audit.models import AuditEvent
from alize.audit.queries import verify
from basins.enums import Role
from basins.tenancy import national
from tests.accounts.conftest import PASSWORD, sign_in

NEW = "une autre phrase longue"


@pytest.fixture
def kept(db):
    """What the journal gained since, without what does not concern the door."""
    with national():
        before = AuditEvent.objects.count()

    def events() -> list[tuple[str, str, int | None, dict]]:
        with national():
            assert verify() is None
            gained = AuditEvent.objects.order_by("sequence")[before:]
            return [
                (event.type, event.target_id, event.by_id, event.facts)
                for event in gained
                if event.type.startswith("account.")
            ]

    return events


def test_who_signs_in_and_how(browser, operator, code, kept):
    sign_in(browser, operator)
    assert kept() == []
    browser.post("/connexion/verification/", {"code": "000000"})
    browser.post("/connexion/verification/", {"code": code()})
    mine = (str(operator.pk), operator.pk)
    assert kept() == [
        ("account.factor_refused", str(operator.pk), None, {"factor": "totp"}),
        ("account.signed_in", *mine, {"ways": ["password", "mfa"]}),
    ]


def test_a_code_that_served_is_refused_and_kept(browser, operator, code, kept):
    shown = code()
    for visitor in (browser, type(browser)()):
        sign_in(visitor, operator)
        visitor.post("/connexion/verification/", {"code": shown})
    assert [kind for kind, *_ in kept()] == ["account.signed_in", "account.factor_refused"]


def test_by_a_link_as_well(browser, member, sent_path, kept):
    browser.post("/connexion/lien/", {"login": member.email})
    browser.post("/connexion/lien/envoye/", {"code": "000000"})
    browser.post(sent_path(member.email, "M30"))
    assert kept() == [
        ("account.sign_in_refused", str(member.pk), None, {}),
        ("account.signed_in", str(member.pk), member.pk, {"ways": ["link"]}),
    ]


def test_who_is_refused_with_or_without_an_account(browser, member, kept):
    """Nothing that was typed is kept: neither the password nor the address."""
    sign_in(browser, member, "un mauvais mot de passe")
    browser.post("/connexion/", {"login": "inconnue@example.org", "password": PASSWORD})
    assert kept() == [
        ("account.sign_in_refused", str(member.pk), None, {}),
        ("account.sign_in_refused", "", None, {}),
    ]


def test_a_password_changed_forgotten_or_first_chosen(browser, member, sent_path, kept):
    sign_in(browser, member)
    changed = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    browser.post("/connexion/mot-de-passe/", changed)
    stranger = type(browser)()
    stranger.post("/connexion/mot-de-passe/oublie/", {"email": member.email})
    form = stranger.get(sent_path(member.email, "M31"), follow=True)
    chosen = {"password1": f"{NEW} encore", "password2": f"{NEW} encore"}
    stranger.post(form.context["action_url"], chosen)
    kinds = [kind for kind, *_ in kept()]
    assert kinds == ["account.signed_in", "account.password_changed", "account.password_reset"]
    assert NEW not in json.dumps(kept())


def test_a_first_password_too(client_as, savoie, kept):
    client = client_as(Role.MEMBER)
    with national():
        client.user.set_unusable_password()
        client.user.save()
        client.force_login(client.user)
    client.post("/connexion/mot-de-passe/choisir/", {"password1": NEW, "password2": NEW})
    assert ("account.password_set", str(client.user.pk), client.user.pk, {}) in kept()


def test_a_factor_added_renewed_and_removed(
    client_as, member, kept, django_capture_on_commit_callbacks
):
    client = client_as(Role.MEMBER, user=member)
    with national():
        Authenticator.objects.filter(user=member).delete()
    page = reverse("mfa_activate_totp")
    secret = client.get(page).context["form"].secret
    now = format_hotp_value(hotp_value(secret, next(iter(counters()))))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page, {"code": now})
        client.post(reverse("mfa_generate_recovery_codes"))
        client.post(reverse("mfa_deactivate_totp"))
    told = kept()
    assert {by for _, _, by, _ in told} == {member.pk}
    assert {(kind, facts["factor"]) for kind, _, _, facts in told} == {
        ("account.factor_added", "totp"),
        ("account.factor_added", "recovery_codes"),
        ("account.factor_renewed", "recovery_codes"),
        ("account.factor_removed", "totp"),
        ("account.factor_removed", "recovery_codes"),
    }
