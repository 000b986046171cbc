"""The key that encrypts second factors is changed without anybody enrolling again."""

import base64

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from alize.accounts import encryption
from basins.tenancy import national
from tests.accounts.conftest import SECRET, sign_in
from tests.words import plain

NEW = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def codes(operator):
    """The recovery codes of the operator, whose application has SECRET."""
    with national():
        return RecoveryCodes.activate(operator).get_unused_codes()


@pytest.fixture
def new_key(settings, codes):
    """A new key, the former one still known."""
    settings.FIELD_ENCRYPTION_KEY_FALLBACKS = [settings.FIELD_ENCRYPTION_KEY]
    settings.FIELD_ENCRYPTION_KEY = NEW
    return settings


def secret_of(user) -> str:
    """What the application of somebody holds."""
    with national():
        factor = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return encryption.decrypt(factor.data["secret"])


def codes_of(user) -> list[str]:
    with national():
        factor = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)
        return factor.wrap().get_unused_codes()


def test_a_former_key_reads_until_its_secrets_are_written_anew(new_key, operator, codes, capsys):
    assert (secret_of(operator), codes_of(operator)) == (SECRET, codes)
    call_command("reencrypt")
    new_key.FIELD_ENCRYPTION_KEY_FALLBACKS = []
    assert (secret_of(operator), codes_of(operator)) == (SECRET, codes)
    call_command("reencrypt")
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == "Seconds facteurs passés à la clé en vigueur : 0."
    assert said[0] != said[-1]


def test_a_secret_that_no_key_reads_is_told_and_nothing_changes(new_key, operator):
    new_key.FIELD_ENCRYPTION_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match=operator.email):
        call_command("reencrypt")
    with pytest.raises(ValidationError, match="n'a plus la clé"):
        secret_of(operator)


def test_who_has_codes_that_no_key_reads_makes_new_ones(new_key, operator, client_as, codes):
    new_key.FIELD_ENCRYPTION_KEY_FALLBACKS = []
    client = client_as(None, user=operator)
    access = "/connexion/mon-acces"
    assert "10 codes restent" in plain(client.get(f"{access}/second-facteur/"))
    assert "Les 10 codes qui vous restent" in plain(client.get(f"{access}/codes/nouveaux/"))
    told = client.post(f"{access}/codes/", follow=True)
    assert told.redirect_chain == [(f"{access}/codes/nouveaux/", 302)]
    assert "le site n'a plus la clé qui lit les codes" in plain(told)
    client.post(f"{access}/codes/nouveaux/")
    assert len(set(codes_of(operator)) - set(codes)) == len(codes)


def test_a_code_that_no_key_reads_is_told_to_who_types_it(new_key, operator, browser, code, caplog):
    new_key.FIELD_ENCRYPTION_KEY_FALLBACKS = []
    sign_in(browser, operator)
    page = browser.post("/connexion/verification/", {"code": code()})
    assert "le site n'a plus la clé qui lit les codes" in plain(page)
    assert "second_factor.unreadable" in caplog.text
