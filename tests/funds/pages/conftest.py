"""Who opens the pages of the fund, on which day, and how a page is found and read."""

import pytest

from basins.enums import Role
from tests.builders import at
from tests.words import plain

HOME = "/bassins/savoie/fonds/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def operator(client_as, till):
    return client_as(Role.OPERATOR, user=till.operator)


@pytest.fixture
def finance(client_as, till):
    return client_as(Role.FINANCE, user=till.finance)


def text(response) -> str:
    return plain(response)


def page_of(advance) -> str:
    return f"{HOME}avances/{advance.reference}/"
