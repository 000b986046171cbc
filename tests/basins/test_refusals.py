"""Refused accesses are said in the logs, and piled up they make an error (security.md D23)."""

import logging

import pytest
from django.core.cache import cache

from alize.audit.models import AuditEvent
from basins import refusals, tenancy
from basins.enums import Role
from basins.models import Membership
from tests.builders import make_user


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


def said(caplog) -> list[tuple[str, str]]:
    lines = [line for line in caplog.records if line.name == "alize.access"]
    return [(line.levelname, line.getMessage()) for line in lines]


@pytest.mark.parametrize(
    ("page", "name"),
    [("/bassins/meuse/", "basin_home"), ("/reseau/", "national_home")],
)
def test_a_page_refused_for_want_of_a_role_is_a_line_of_the_logs(client_as, caplog, page, name):
    client = client_as(Role.MEMBER)
    assert client.get(page).status_code in {403, 404}
    assert said(caplog) == [("WARNING", "access.refused")]
    assert caplog.records[0].page == name


def test_an_act_refused_by_the_check_of_its_room_is_one_too(savoie, client_as, caplog):
    """The matrix lets an operator ask; nobody asks for themselves (SD13)."""
    operator = client_as(Role.OPERATOR, basin=savoie)
    make_user(Role.NATIONAL_STAFF)
    mine = Membership.objects.get(person_id=operator.user.pk)
    page = f"/bassins/savoie/reglages/roles/{mine.pk}/second-facteur/"
    operator.get("/bassins/savoie/reglages/")
    operator.get(page)
    assert said(caplog) == []
    operator.post(page, {"reason": "Téléphone perdu"})
    assert said(caplog) == [("WARNING", "access.refused")]
    line = next(line for line in caplog.records if line.name == "alize.access")
    assert (line.page, line.act) == ("second_factor_reset_ask", "basins.ask_reset")


def test_a_page_refused_by_its_view_is_one_too(client_as, caplog):
    reader = client_as(Role.NATIONAL_COMMITTEE)
    assert reader.get("/reseau/bassins/?export=csv").status_code == 403
    assert said(caplog) == [("WARNING", "access.refused")]


def test_refusals_that_pile_up_in_one_basin_are_an_error_once(client_as, caplog, monkeypatch):
    monkeypatch.setattr(refusals, "PILED_UP", 3)
    client = client_as(Role.MEMBER)
    client.get("/reseau/")
    for _ in range(2):
        client.get("/bassins/meuse/")
    assert ("ERROR", "access.refused_often") not in said(caplog)
    for _ in range(3):
        client.get("/bassins/meuse/")
    assert said(caplog).count(("ERROR", "access.refused_often")) == 1


def test_an_allowed_page_says_nothing(client_as, caplog):
    with caplog.at_level(logging.INFO):
        assert client_as(Role.MEMBER).get("/bassins/savoie/").status_code == 200
    assert said(caplog) == []


def test_what_a_stranger_sends_again_and_again_is_once_an_hour_in_the_journal(
    savoie, meuse, client_as
):
    def kept() -> list[int]:
        with tenancy.inside(meuse):
            return list(
                AuditEvent.objects.filter(type="access.refused").values_list("by_id", flat=True)
            )

    first, other = client_as(Role.MEMBER), client_as(Role.OPERATOR)
    for client in (first, first, other, first, other):
        assert client.post("/bassins/meuse/dossiers/").status_code == 404
    assert kept() == [first.user.pk, other.user.pk]
    # An hour later.
    cache.clear()
    first.post("/bassins/meuse/dossiers/")
    assert kept() == [first.user.pk, other.user.pk, first.user.pk]
