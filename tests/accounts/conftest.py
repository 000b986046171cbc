"""Accounts that can really sign in, and a browser for them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.core.cache import cache

from alize.notifications.models import Mail
from basins.enums import Role
from basins.tenancy import national
from tests.builders import make_user
from tests.conftest import VisitorClient

PASSWORD = "une phrase assez longue"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Start each test with no sign-in attempt counted."""
    cache.clear()


@pytest.fixture
def browser(db) -> VisitorClient:
    """A browser nobody has signed in with."""
    return VisitorClient()


@pytest.fixture
def member(savoie):
    """A committee member with a password."""
    return make_user(Role.MEMBER, basin=savoie, password=PASSWORD)


@pytest.fixture
def operator(savoie):
    """An operator with a password and an authenticator application."""
    user = make_user(Role.OPERATOR, basin=savoie, password=PASSWORD)
    with national():
        Authenticator.objects.filter(user=user).delete()
        TOTP.activate(user, SECRET)
    return user


@pytest.fixture
def code():
    """What the operator's application shows now."""
    return lambda: format_hotp_value(hotp_value(SECRET, next(iter(counters()))))


@pytest.fixture
def sent_path(run_outbox):
    """Carry out the outbox; the path of the button in the last mail to an address."""

    def find(email: str, code: str) -> str | None:
        run_outbox()
        mail = Mail.objects.filter(to_email=email, code=code).first()
        return re.search(r"http://testserver(\S+)", mail.text)[1] if mail else None

    return find


def sign_in(browser: VisitorClient, user, password: str = PASSWORD, **more: str):
    """Send the sign-in form."""
    return browser.post("/connexion/", {"login": user.email, "password": password, **more})
