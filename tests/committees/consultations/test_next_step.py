"""What the head of a file says of the written consultation it is in."""

from datetime import timedelta

import pytest

from alize.common.dates import long_datetime
from basins.enums import Role
from basins.homes import Visitor
from committees.operations.consultation_ends import close_at_its_hour
from committees.queries.meetings import page_of
from projects.queries import header_of
from tests.committees.consultations.conftest import END, SENT
from tests.words import plain

pytestmark = pytest.mark.django_db
CLOSE = long_datetime(END)
HOME = "/bassins/savoie/"
CLOSED = "Vote clos, résultat en calcul"
OVER = "Le vote par écrit est clos : son résultat est attendu."


@pytest.fixture
def said(committee, prepared):
    """What its operator reads at a moment."""
    project = prepared.items.get().project
    project.refresh_from_db()
    roles = frozenset({Role.OPERATOR})
    return lambda at: header_of(Visitor(committee.operator, roles, at.date(), at), project).now


def test_it_is_prepared_before_it_asks_anybody(said):
    assert said(SENT) == f"Une consultation écrite se prépare, close le {CLOSE}."
    late = "La consultation écrite n'a pas été lancée : une autre date est à fixer."
    assert said(END + timedelta(minutes=1)) == late


def test_its_hour_gone_by_it_waits_for_its_result(ballot, said):
    assert said(END) == f"Le comité d'agrément vote par écrit jusqu'au {CLOSE}."
    assert said(END + timedelta(minutes=1)) == OVER
    close_at_its_hour(ballot_id=ballot.pk, at=END)
    assert said(END) == OVER


def test_its_hour_gone_by_nobody_is_asked_to_vote(committee, ballot, client_as, time_machine):
    item, asked = ballot.item, "Voter par écrit"
    pages = ("", f"comite/passages/{item.pk}/", page_of(item.meeting).removeprefix(HOME))

    def read(moment):
        time_machine.move_to(moment)
        member = client_as(Role.MEMBER, user=committee.people[1])
        home, *others = (plain(member.get(f"{HOME}{page}")) for page in pages)
        return asked in home, [CLOSED in page for page in others]

    assert read(END - timedelta(minutes=1)) == (True, [False, False])
    assert read(END + timedelta(minutes=1)) == (False, [True, True])
