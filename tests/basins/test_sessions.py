from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from basins.enums import Role
from basins.models import Membership
from basins.sessions import LIMITS
from tests.builders import make_user


def test_every_role_has_its_limits():
    assert set(LIMITS) == set(Role)


@pytest.mark.parametrize(
    ("role", "idle"),
    [(Role.FINANCE, 30), (Role.OPERATOR, 60), (Role.MEMBER, 240)],
)
def test_session_ends_after_its_idle_time(client_as, role, idle):
    client = client_as(role)
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=idle - 1), tick=False):
        assert client.get("/bassins/savoie/").status_code == 200
    with time_machine.travel(now + timedelta(minutes=2 * idle), tick=False):
        answer = client.get("/bassins/savoie/")
    assert answer["Location"] == "/connexion/?next=/bassins/savoie/"
    assert "_auth_user_id" not in client.session


def test_session_ends_whatever_one_does_after_its_whole_time(client_as):
    client = client_as(Role.FINANCE)
    now = timezone.now()
    for minutes in range(25, 480, 25):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            assert client.get("/bassins/savoie/").status_code == 200
    with time_machine.travel(now + timedelta(minutes=481), tick=False):
        assert client.get("/bassins/savoie/").status_code == 302


def test_strictest_role_counts(client_as, savoie):
    user = make_user(Role.MEMBER, basin=savoie)
    Membership.objects.create(
        person_id=user.pk,
        basin=savoie,
        role=Role.AUDITOR,
        starts_on=timezone.localdate(),
        ends_on=timezone.localdate() + timedelta(days=1),
    )
    client = client_as(None, user=user)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get("/bassins/savoie/")["Location"].startswith("/connexion/")


@pytest.mark.parametrize("page", ["/connexion/mon-acces/", "/bassins/meuse/"])
def test_page_of_another_place_does_not_lengthen_a_strict_session(client_as, savoie, meuse, page):
    user = make_user(Role.FINANCE, basin=savoie)
    Membership.objects.create(
        person_id=user.pk, basin=meuse, role=Role.MEMBER, starts_on=timezone.localdate()
    )
    client = client_as(None, user=user)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        assert client.get(page)["Location"].startswith("/connexion/?next=")
        assert client.get("/bassins/savoie/")["Location"].startswith("/connexion/?next=")


def test_member_stays_signed_in_through_a_sitting(client_as):
    client = client_as(Role.MEMBER)
    with time_machine.travel(timezone.now() + timedelta(hours=3, minutes=55), tick=False):
        assert client.get("/bassins/savoie/").status_code == 200


LEFT, EXTEND = "/connexion/session/", "/connexion/session/prolonger/"


def test_page_says_how_long_the_session_lasts(client_as):
    page = client_as(Role.FINANCE).get("/bassins/savoie/").content.decode()
    assert f'data-session="{LEFT}" data-session-left="1800"' in page
    assert "js/session" in page


def test_asking_how_long_a_session_lasts_does_not_lengthen_it(client_as):
    client = client_as(Role.FINANCE)
    now = timezone.now()
    client.get("/bassins/savoie/")
    with time_machine.travel(now + timedelta(minutes=28, seconds=30), tick=False):
        assert 85 <= client.get(LEFT).json()["seconds"] <= 95
    with time_machine.travel(now + timedelta(minutes=31), tick=False):
        assert client.get(LEFT).json() == {"seconds": 0, "is_last": False}
        assert client.post(EXTEND)["Location"].startswith("/connexion/?next=")


def test_staying_signed_in_lengthens_the_session(client_as):
    client = client_as(Role.FINANCE)
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=29), tick=False):
        assert client.post(EXTEND).json() == {"seconds": 1800, "is_last": False}
    with time_machine.travel(now + timedelta(minutes=58), tick=False):
        assert client.get("/bassins/savoie/").status_code == 200


def test_nothing_lengthens_the_last_minutes_of_a_session(client_as):
    client = client_as(Role.FINANCE)
    now = timezone.now()
    for minutes in range(25, 478, 25):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            client.post(EXTEND)
    with time_machine.travel(now + timedelta(minutes=479), tick=False):
        answer = client.post(EXTEND).json()
    assert answer["is_last"]
    assert 0 < answer["seconds"] <= 60


def test_nobody_signed_in_has_no_session_left(client):
    assert client.get(LEFT).json() == {"seconds": 0, "is_last": False}
