"""A company under support, its lead, its operator and its reviews."""

from datetime import date
from types import SimpleNamespace

import pytest

from basins.enums import Role
from projects.enums import ProjectStatus
from projects.operations import plan_reviews
from tests.builders import at, make_beneficiary, make_project, make_user
from tests.stage import played_once

LABELLED_ON = date(2026, 3, 12)


@pytest.fixture
@played_once
def team(savoie):
    """Who is told: operator and president; and the follow-up lead."""
    return SimpleNamespace(
        operator=make_user(Role.OPERATOR, basin=savoie, last_name="Perrin"),
        president=make_user(Role.PRESIDENT, basin=savoie, last_name="Roche"),
        lead=make_user(Role.MEMBER, basin=savoie, last_name="Morel"),
    )


@pytest.fixture
@played_once
def project(in_savoie, team):
    """Labelled on 12 March 2026: M+1 on 12 April, M+3 on 12 June."""
    labelled = make_project(
        status=ProjectStatus.LABELLED,
        beneficiary=make_beneficiary(name="Fromagerie des Bauges"),
        labelled_on=LABELLED_ON,
        follow_up_lead=team.lead,
        operator=team.operator,
    )
    plan_reviews(labelled, at=at(2026, 3, 12))
    return labelled


@pytest.fixture
def review(project):
    """M+3, due on 12 June 2026."""
    return project.reviews.get(month=3)
