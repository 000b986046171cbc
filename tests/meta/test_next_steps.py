"""« Et maintenant ? » : a file says what comes next in every state (journeys.md, first table)."""

from datetime import date

import pytest

from basins.enums import Role
from basins.homes import Visitor
from projects.enums import LABELLED, ProjectStatus
from projects.models import PreliminaryDiagnosis
from projects.queries import header_of
from tests.builders import START, at, make_partner, make_person, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", ProjectStatus)
def test_every_state_has_its_sentence(savoie, in_savoie, status):
    person = make_user(Role.OPERATOR, basin=savoie)
    more = {"labelled_on": date(2024, 1, 1), "follow_up_lead": make_person()}
    closed = {"closed_on": date(2025, 9, 1)} if status == ProjectStatus.CLOSED else {}
    project = make_project(status=status, **(more if status in LABELLED else {}), **closed)
    if status == ProjectStatus.DIAGNOSIS:
        PreliminaryDiagnosis.objects.create(
            project=project,
            referrer=make_person(),
            partner=make_partner(),
            asked_at=at(),
            asked_by=person,
            due_on=START,
        )
    said = header_of(Visitor(person, frozenset({Role.OPERATOR}), START), project).now
    assert said.endswith(".")
