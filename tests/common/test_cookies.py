"""What no browser keeps as a cookie breaks no page (security.md S30)."""

import pytest
from django.conf import settings

from tests.conftest import VisitorClient

NAMES = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, "messages", "autre"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_a_cookie_with_a_nul_is_left_out(name):
    sent = f'{name}="\\000abcdefgh12345678"'
    for page in ("/connexion/", "/verifier/", "/"):
        assert VisitorClient().get(page, HTTP_COOKIE=sent).status_code < 500
