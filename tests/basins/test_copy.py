"""A backup restored beside the site says that it is one and pays nothing (security.md T26)."""

import pytest
from django.test import override_settings

from basins.access import MATRIX, allows
from basins.enums import Role
from tests.conftest import VisitorClient

pytestmark = pytest.mark.django_db
BAND = "Copie d'une sauvegarde"


def test_a_copy_says_so_before_and_after_one_enters(client_as, savoie):
    visits = ((VisitorClient(), "/connexion/"), (client_as(Role.OPERATOR), "/bassins/savoie/"))
    for client, page in visits:
        assert BAND not in client.get(page).content.decode()
        with override_settings(COPY=True):
            assert client.get(page).content.decode().count(BAND) == 1


def test_nobody_pays_from_a_copy(client_as, savoie):
    everybody = frozenset(Role)
    with override_settings(COPY=True):
        closed = {act for act in MATRIX if not allows(everybody, act)}
        assert closed == {"payment.release", "sepa.build", "sepa.send"}
        page = "/bassins/savoie/fonds/virements/format/"
        assert client_as(Role.OPERATOR).get(page).status_code == 403
