"""Two second factors taken away at the same instant: real requests, committed rows (SD13)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import reverse

from alize.accounts.models import User
from basins.enums import Role
from basins.models import Basin
from tests.builders import make_user
from tests.conftest import confirm
from tests.databases import of_its_own

ROUNDS = 5


@pytest.fixture(scope="module")
def savoie(django_db_setup, django_db_blocker, template_name: str) -> Iterator[Basin]:
    """Savoie in a database of its own, where threads see each other's commits."""
    with django_db_blocker.unblock(), of_its_own(template_name, "factors"):
        yield Basin.objects.get(slug="savoie")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.user = user
    confirm(client)
    return client


def removed_at_once(user: User, pages: list[str]) -> list[int]:
    """Send each form from a browser of its own, at the same instant; the statuses."""
    start = Barrier(len(pages))
    clients = [signed_in(user) for _ in pages]

    def send(client: Client, page: str) -> int:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return client.post(page).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pages)) as threads:
        return list(threads.map(send, clients, pages))


def test_of_the_last_two_removed_at_once_one_stays(savoie):
    for _ in range(ROUNDS):
        user = make_user(Role.FINANCE, basin=savoie)
        Authenticator.objects.filter(user=user).delete()
        factors = [
            Authenticator.objects.create(user=user, type=kind, data={"name": "Clé"})
            for kind in ("totp", "webauthn")
        ]
        pages = [
            reverse("mfa_deactivate_totp"),
            reverse("mfa_remove_webauthn", kwargs={"pk": factors[1].pk}),
        ]
        statuses = removed_at_once(user, pages)
        left = Authenticator.objects.filter(user=user).exclude(type="recovery_codes")
        assert left.count() == 1, statuses
        assert 302 in statuses
