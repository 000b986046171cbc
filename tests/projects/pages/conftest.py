"""Who opens the pages of a file, and how a page is found and read."""

import pytest

from basins.enums import Role

DOSSIERS = "/bassins/savoie/dossiers/"


@pytest.fixture
def op(client_as, operator):
    return client_as(Role.OPERATOR, user=operator)


@pytest.fixture
def member(client_as, referrer):
    return client_as(Role.MEMBER, user=referrer.person)


def page(project, end: str = "") -> str:
    return f"{DOSSIERS}{project.reference}/{end}"


def text(response) -> str:
    return response.content.decode()
