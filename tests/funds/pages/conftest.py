"""Who opens the pages of the fund, on which day, and how a page is found and read."""

import pytest

from basins.enums import Role
from tests.builders import at

HOME = "/bassins/savoie/fonds/"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(at(2026, 7, 25))


@pytest.fixture
def finance(client_as, till):
    return client_as(Role.FINANCE, user=till.finance)


def page_of(advance) -> str:
    return f"{HOME}avances/{advance.reference}/"
