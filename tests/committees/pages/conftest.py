"""Who opens the pages of a meeting under way, on its day, and how a page is found and read."""

import pytest
import time_machine

from basins.enums import Role
from tests.committees.conftest import DAY

HOME = "/bassins/savoie/comite/"


@pytest.fixture(autouse=True)
def on_the_day():
    with time_machine.travel(DAY, tick=True):
        yield


@pytest.fixture
def meeting(committee):
    return committee.opened(files=2)


@pytest.fixture
def ballot(committee, meeting):
    return committee.ballot(meeting)


@pytest.fixture
def member(committee, client_as):
    return client_as(Role.MEMBER, user=committee.people[1])


@pytest.fixture
def president(committee, client_as):
    return client_as(Role.PRESIDENT, user=committee.president)


@pytest.fixture
def operator(committee, client_as):
    return client_as(Role.OPERATOR, user=committee.operator)


def text(response):
    return response.content.decode()


def page(client, meeting, name="direct"):
    return text(client.get(f"{HOME}seances/{meeting.number}/{name}/"))
