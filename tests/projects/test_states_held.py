"""What a status of a project says besides is held by the database, whoever writes it."""

from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from projects.enums import ProjectStatus
from projects.models import Project
from tests.builders import START, make_beneficiary, make_person, make_project

LABEL, CLOSED = date(2026, 3, 12), date(2027, 10, 1)
READY_ON, LABELLED_ON, CLOSED_ON, WHY = "ready_on", "labelled_on", "closed_on", "end_reason"
BALANCE = "balance"
FILLED = {READY_ON: START, LABELLED_ON: LABEL, CLOSED_ON: CLOSED, WHY: "Vendue", BALANCE: "Fait."}
EMPTY = {READY_ON: None, LABELLED_ON: None, CLOSED_ON: None, WHY: "", BALANCE: ""}
NAMES = {
    READY_ON: "project_ready_has_its_date",
    LABELLED_ON: "project_labelled_has_date_and_follow_up_lead",
    CLOSED_ON: "project_closed_has_its_date_and_its_balance",
    BALANCE: "project_closed_has_its_date_and_its_balance",
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
    "CLOSED": {READY_ON, LABELLED_ON, CLOSED_ON, BALANCE},
}
EITHER = {("WITHDRAWN", READY_ON)}
"""One withdrawn before or after it is ready."""


def refused_by(act) -> str:
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except IntegrityError as error:
        return error.__cause__.diag.constraint_name
    return ""


def changing(project: Project, **change) -> str:
    return refused_by(lambda: Project.objects.filter(pk=project.pk).update(**change))


@pytest.mark.parametrize("status", ProjectStatus.values)
def test_a_status_has_its_dates_and_its_words_and_no_others(in_savoie, status):
    said = {name: (FILLED if name in SAYS[status] else EMPTY)[name] for name in FILLED}
    values = said | {"follow_up_lead": make_person(), "beneficiary": make_beneficiary()}
    make_project(status=status, **values)
    for name in FILLED:
        other = {name: (EMPTY if name in SAYS[status] else FILLED)[name]}
        expected = "" if (status, name) in EITHER else NAMES[name]
        assert refused_by(partial(make_project, status=status, **values | other)) == expected, name


@pytest.mark.parametrize("status", ["CLOSED", "INTERRUPTED"])
def test_a_support_that_has_ended_stays_so(in_savoie, status):
    said = {name: FILLED[name] for name in SAYS[status]}
    project = make_project(status=status, follow_up_lead=make_person(), **said)
    again = {"status": "LABELLED"} | EMPTY | {READY_ON: START, LABELLED_ON: LABEL}
    other = {"status_since": date(2027, 10, 2)}, again
    assert [changing(project, **change) for change in other] == ["projects_project_is_frozen"] * 2
    # Whoever is erased is named neither by the file nor by what was written of its end (S55).
    erased = {name: "Personne effacée" for name in (BALANCE, WHY) if name in said}
    assert changing(project, owner_name="Anne Blanc", **erased) == ""


def test_the_days_of_a_support_follow_one_another(in_savoie):
    lead = make_person()

    def closed(on: date, **more) -> str:
        said = {"labelled_on": LABEL, "closed_on": on, "follow_up_lead": lead, **more}
        return refused_by(partial(make_project, status="CLOSED", **said))

    # Eighteen months after the twelfth of March, then the day after a term put off.
    early, term = "project_closed_after_its_term", date(2027, 9, 12)
    assert (closed(date(2027, 9, 11)), closed(term)) == (early, "")
    assert closed(date(2027, 12, 31), support_until=date(2027, 12, 31)) == early
    assert closed(date(2028, 1, 1), support_until=date(2027, 12, 31)) == ""
    running = make_project(status="LABELLED", labelled_on=LABEL, follow_up_lead=lead)
    assert changing(running, support_until=LABEL) == "project_support_ends_after_its_label"
    assert changing(running, support_until=CLOSED) == ""
    other = make_project()
    assert changing(other, support_until=CLOSED) == "project_support_ends_after_its_label"
