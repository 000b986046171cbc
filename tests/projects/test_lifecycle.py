"""From the agenda to the label, and the ends before."""

from datetime import date

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins import tenancy
from projects import operations, queries
from projects.enums import ProjectStatus
from tests.builders import at, make_partner, make_person, make_project, put


@pytest.fixture
def ready(in_savoie):
    return make_project(status=ProjectStatus.READY)


def status(project) -> str:
    project.refresh_from_db()
    return project.status


def test_schedule_and_back(ready, operator):
    operations.schedule(project_id=ready.pk, by=operator, at=at())
    assert status(ready) == ProjectStatus.SCHEDULED
    operations.unschedule(project_id=ready.pk, by=operator, at=at())
    assert status(ready) == ProjectStatus.READY


def test_schedule_refuses_a_file_that_is_not_ready(in_savoie, operator):
    project = make_project()
    with pytest.raises(ActionDenied, match="de « En montage » à « Inscrit à une séance »"):
        operations.schedule(project_id=project.pk, by=operator, at=at())


def decide(project, operator, outcome, **more):
    return operations.apply_decision(
        project_id=project.pk, outcome=outcome, on=date(2026, 3, 10), by=operator, at=at(), **more
    )


@pytest.mark.parametrize(
    "outcome",
    ["APPROVED", "APPROVED_CONDITIONS", "DEFERRED", "EXTRA_DIAGNOSIS", "REJECTED", "WITHDRAWN"],
)
def test_a_decision_gives_its_name_to_the_status(in_savoie, operator, outcome):
    project = make_project(status=ProjectStatus.SCHEDULED)
    # As long as a letter takes.
    decide(project, operator, outcome, reason="x" * 1000)
    assert status(project) == outcome
    assert project.status_since == date(2026, 3, 10)


def test_a_decision_names_who_leads_the_follow_up(in_savoie, operator):
    project = make_project(status=ProjectStatus.SCHEDULED)
    lead, partner = make_person(), make_partner()
    decide(
        project, operator, "APPROVED", follow_up_lead_id=lead.pk, follow_up_partner_id=partner.pk
    )
    project.refresh_from_db()
    assert (project.follow_up_lead_id, project.follow_up_partner) == (lead.pk, partner)


def test_conditions_lifted_make_the_approval_full(in_savoie, operator):
    project = make_project(status=ProjectStatus.APPROVED_CONDITIONS)
    operations.lift_conditions(project_id=project.pk, on=date(2026, 4, 1), by=operator, at=at())
    assert status(project) == ProjectStatus.APPROVED


def test_the_history_of_a_file_says_all_that_was_done_to_it(in_savoie, operator):
    project = make_project(status=ProjectStatus.SCHEDULED)
    decide(project, operator, "DEFERRED")
    operations.back_to_committee(
        project_id=project.pk, because="La décision est reprise.", by=operator, at=at()
    )
    assert [(line.sentence, line.who) for line in queries.history_of(project)] == [
        ("Dossier rouvert", operator.full_name),
        ("Décision du comité sur le dossier : ajourné", operator.full_name),
    ]


def test_label_needs_a_follow_up_lead(in_savoie, operator):
    project = make_project(status=ProjectStatus.APPROVED)
    with pytest.raises(ActionDenied, match="mandataire"):
        operations.label(project_id=project.pk, on=date(2026, 3, 12), by=operator, at=at())


def test_label_plans_the_reviews_and_tells_the_lead(in_savoie, operator, run_outbox):
    lead = make_person()
    project = make_project(status=ProjectStatus.APPROVED, follow_up_lead_id=lead.pk)
    operations.label(project_id=project.pk, on=date(2026, 3, 12), by=operator, at=at())
    assert status(project) == ProjectStatus.LABELLED
    assert project.labelled_on == date(2026, 3, 12)
    assert [review.month for review in project.reviews.all()] == [1, 3, 6, 9, 12, 15, 18, 24, 36]
    run_outbox()
    with tenancy.national():
        assert Mail.objects.filter(code="M15", to_email=lead.email).count() == 1


@pytest.mark.parametrize("meanwhile", [None, "INTERRUPTED"])
def test_the_balance_is_due_once_after_eighteen_months(
    in_savoie, operator, run_outbox, time_machine, meanwhile
):
    lead = make_person()
    project = make_project(status=ProjectStatus.APPROVED, follow_up_lead_id=lead.pk)
    operations.label(project_id=project.pk, on=date(2026, 3, 12), by=operator, at=at())
    if meanwhile:
        project.refresh_from_db()
        put(project, meanwhile)
    time_machine.move_to(at(2027, 9, 11, 23))
    run_outbox()
    assert status(project) == (meanwhile or ProjectStatus.LABELLED)
    time_machine.move_to(at(2027, 9, 12, 9))
    run_outbox()
    run_outbox()
    assert not operations.end_support(project_id=project.pk, at=at(2027, 9, 13))
    told = AuditEvent.objects.filter(type="project.review_due", target_id=str(project.pk))
    if meanwhile:
        assert (status(project), told.count()) == (meanwhile, 0)
    else:
        assert (status(project), told.count()) == (ProjectStatus.REVIEW_DUE, 1)
        assert project.status_since == date(2027, 9, 12)


def test_drop_and_take_up_again(project, operator):
    operations.drop(project_id=project.pk, reason="Hors sujet", by=operator, at=at())
    assert (status(project), project.end_reason) == (ProjectStatus.DROPPED, "Hors sujet")
    operations.resume(project_id=project.pk, by=operator, at=at())
    assert (status(project), project.end_reason) == (ProjectStatus.DRAFTING, "")


def test_drop_comes_before_the_diagnosis_only(asked, complete, operator):
    with pytest.raises(ActionDenied, match="enregistrez un retrait"):
        operations.drop(project_id=complete.pk, reason="?", by=operator, at=at())


def test_withdraw_stops_the_diagnosis(asked, complete, operator):
    operations.withdraw(project_id=complete.pk, reason="Vendue", by=operator, at=at())
    asked.refresh_from_db()
    assert status(complete) == ProjectStatus.WITHDRAWN
    assert asked.cancelled_at is not None


@pytest.mark.parametrize("sent_back", ["DEFERRED", "EXTRA_DIAGNOSIS", "REJECTED"])
def test_resume_brings_back_to_the_committee(in_savoie, operator, sent_back):
    project = make_project(status=sent_back)
    operations.resume(project_id=project.pk, by=operator, at=at())
    assert status(project) == ProjectStatus.READY


def test_resume_refuses_what_waits_for_nothing(project, operator):
    with pytest.raises(ActionDenied, match="n'attend pas"):
        operations.resume(project_id=project.pk, by=operator, at=at())
