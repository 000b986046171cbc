"""What a status of a project says besides is held by the database, whoever writes it."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from projects.enums import ProjectStatus
from projects.models import Project
from tests.builders import START, make_person, make_project

LABEL, CLOSED = date(2026, 3, 12), date(2027, 10, 1)
READY_ON, LABELLED_ON, CLOSED_ON, WHY = "ready_on", "labelled_on", "closed_on", "end_reason"
FILLED = {READY_ON: START, LABELLED_ON: LABEL, CLOSED_ON: CLOSED, WHY: "Vendue"}
EMPTY = {READY_ON: None, LABELLED_ON: None, CLOSED_ON: None, WHY: ""}
NAMES = {
    READY_ON: "project_ready_has_its_date",
    LABELLED_ON: "project_labelled_has_date_and_follow_up_lead",
    CLOSED_ON: "project_closed_has_its_date",
    WHY: "project_given_up_says_why",
}
SAYS = {
    "CONTACT": set(),
    "DRAFTING": set(),
    "DIAGNOSIS": set(),
    "READY": {READY_ON},
    "SCHEDULED": {READY_ON},
    "EXTRA_DIAGNOSIS": {READY_ON},
    "DEFERRED": {READY_ON},
    "APPROVED_CONDITIONS": {READY_ON},
    "APPROVED": {READY_ON},
    "REJECTED": {READY_ON},
    "WITHDRAWN": {WHY},
    "DROPPED": {WHY},
    "LABELLED": {READY_ON, LABELLED_ON},
    "REVIEW_DUE": {READY_ON, LABELLED_ON},
    "INTERRUPTED": {READY_ON, LABELLED_ON, WHY},
    "CLOSED": {READY_ON, LABELLED_ON, CLOSED_ON},
}
EITHER = {("WITHDRAWN", READY_ON), ("CLOSED", WHY)}
"""One withdrawn before or after it is ready; one closed in time, or after an interruption."""


def refused_by(project: Project, **change) -> str:
    try:
        with transaction.atomic():
            Project.objects.filter(pk=project.pk).update(**change)
            transaction.set_rollback(True)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return ""


@pytest.mark.parametrize("status", ProjectStatus.values)
def test_a_status_has_its_dates_and_its_reason_and_no_others(in_savoie, status):
    said = {name: (FILLED if name in SAYS[status] else EMPTY)[name] for name in FILLED}
    project = make_project(status=status, follow_up_lead=make_person(), **said)
    for name in FILLED:
        other = (EMPTY if name in SAYS[status] else FILLED)[name]
        expected = "" if (status, name) in EITHER else NAMES[name]
        assert refused_by(project, **{name: other}) == expected, name


def test_the_days_of_a_support_follow_one_another(in_savoie):
    said = {"labelled_on": LABEL, "closed_on": CLOSED, "follow_up_lead": make_person()}
    project = make_project(status="CLOSED", **said)
    early = date(2026, 3, 11)
    assert refused_by(project, closed_on=early) == "project_closed_has_its_date"
    assert refused_by(project, support_until=LABEL) == "project_support_ends_after_its_label"
    assert refused_by(project, support_until=CLOSED) == ""
    other = make_project()
    assert refused_by(other, support_until=CLOSED) == "project_support_ends_after_its_label"
