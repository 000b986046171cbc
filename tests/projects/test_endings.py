"""A support closed with its balance once its term has come, or interrupted before (R35, R86)."""

from datetime import date

import pytest

from alize.audit.models import AuditEvent
from alize.common.errors import ActionDenied
from alize.notifications.models import Mail
from basins import tenancy
from basins.enums import Role
from projects import operations
from projects.enums import ENDED, SUPPORTED, ProjectStatus
from projects.follow_up import queries
from projects.models import Project
from tests.builders import at, make_person, make_project, make_user, put

WORDS = {"close_support": {"balance": "Trois emplois."}, "interrupt_support": {"reason": "Vendue."}}
OVER = at(2027, 9, 13)


@pytest.fixture
def supported(in_savoie, operator) -> Project:
    """Labelled on the twelfth of March 2026, its eighteen months over."""
    project = make_project(
        status=ProjectStatus.APPROVED, follow_up_lead_id=make_person().pk, operator=operator
    )
    operations.label(project_id=project.pk, on=date(2026, 3, 12), by=operator, at=at(2026, 3, 12))
    return Project.objects.get(pk=project.pk)


@pytest.fixture
def due(supported) -> Project:
    operations.end_support(project_id=supported.pk, at=at(2027, 9, 12, 8))
    return Project.objects.get(pk=supported.pk)


def end(act: str, project: Project, by, **changes) -> Project:
    asked = {"by": by, "at": OVER, **WORDS[act], **changes}
    return getattr(operations, act)(project_id=project.pk, **asked)


def told(run_outbox) -> set[str]:
    run_outbox()
    with tenancy.national():
        return set(Mail.objects.filter(code="M58").values_list("to_email", flat=True))


def test_a_support_at_its_term_is_closed_with_its_balance(due, operator):
    closed = end("close_support", due, operator)
    assert (closed.status, closed.closed_on) == (ProjectStatus.CLOSED, date(2027, 9, 13))
    assert (closed.balance, closed.end_reason) == ("Trois emplois.", "")
    event = AuditEvent.objects.get(type="project.closed", target_id=str(due.pk))
    assert event.by_id == operator.pk
    # Still observed at M+24 and M+36: its lead is asked then (R86).
    assert [r.month for r in queries.expected_of(due.follow_up_lead, on=date(2028, 3, 5))][-1] == 24


def test_a_support_is_interrupted_with_its_reason(supported, operator):
    stopped = end("interrupt_support", supported, operator, at=at(2026, 11, 2))
    assert (stopped.status, stopped.status_since) == ("INTERRUPTED", date(2026, 11, 2))
    assert (stopped.end_reason, stopped.closed_on) == ("Vendue.", None)
    assert AuditEvent.objects.filter(type="project.interrupted").count() == 1
    assert not queries.expected_of(supported.follow_up_lead, on=date(2028, 3, 5))


@pytest.mark.parametrize("act", sorted(WORDS))
def test_those_who_were_told_of_the_label_are_told_of_its_end(
    due, operator, savoie, run_outbox, act
):
    roles = (Role.FINANCE, Role.PREFECTURE, Role.NATIONAL_STAFF)
    watching = [make_user(role, basin=None if "NATIONAL" in role else savoie) for role in roles]
    make_user(Role.MEMBER, basin=savoie)
    end(act, due, operator)
    assert told(run_outbox) == {due.follow_up_lead.email, *(one.email for one in watching)}


@pytest.mark.parametrize("status", sorted(ProjectStatus.values))
def test_only_a_support_ends_and_only_at_its_term_is_it_closed(supported, operator, status):
    others = {"labelled_on": None} if status not in {*SUPPORTED, "CLOSED", "INTERRUPTED"} else {}
    others |= {"closed_on": date(2027, 9, 12)} if status == "CLOSED" else {}
    for name, value in others.items():
        setattr(supported, name, value)
    supported.company = {"name": "Atelier"} if status in ENDED else {}
    put(supported, status)
    may = {"close_support": {"REVIEW_DUE"}, "interrupt_support": set(SUPPORTED)}
    for act, statuses in may.items():
        if status not in statuses:
            with pytest.raises(ActionDenied, match=r"accompagn"):
                end(act, supported, operator)
