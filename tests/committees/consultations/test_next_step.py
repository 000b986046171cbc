"""What the head of a file says of the written consultation it is in."""

from datetime import timedelta

import pytest

from alize.common.dates import long_datetime
from basins.enums import Role
from basins.homes import Visitor
from committees.operations.consultation_ends import close_at_its_hour
from projects.queries import header_of
from tests.committees.consultations.conftest import END, SENT

pytestmark = pytest.mark.django_db
CLOSE = long_datetime(END)
OVER = "Le vote par écrit est clos : son résultat est attendu."


@pytest.fixture
def said(committee, prepared):
    """What its operator reads on a day."""
    project = prepared.items.get().project
    project.refresh_from_db()
    roles = frozenset({Role.OPERATOR})
    return lambda at: header_of(Visitor(committee.operator, roles, at.date()), project).now


def test_it_is_prepared_before_it_asks_anybody(said):
    assert said(SENT) == f"Une consultation écrite se prépare, close le {CLOSE}."
    late = "La consultation écrite n'a pas été lancée : une autre date est à fixer."
    assert said(END + timedelta(days=1)) == late


def test_its_hour_gone_by_it_waits_for_its_result(ballot, said):
    assert said(END) == f"Le comité d'agrément vote par écrit jusqu'au {CLOSE}."
    assert said(END + timedelta(days=1)) == OVER
    close_at_its_hour(ballot_id=ballot.pk, at=END)
    assert said(END) == OVER
