"""What the end of a support leaves of its advance: owed, no longer paid, to be settled."""

import pytest

from alize.common.errors import ActionDenied
from basins.enums import Role
from projects import operations as projects
from projects import permissions
from projects.enums import ProjectStatus, Section
from projects.models import Project
from projects.owing import owed_by
from tests.builders import at, make_person
from tests.funds.conftest import GRANTED_AT, LOOK
from tests.funds.test_renounced import approve, ask


@pytest.mark.parametrize("status", [ProjectStatus.CLOSED, ProjectStatus.INTERRUPTED])
def test_who_runs_the_company_may_change_until_all_is_repaid(till, status):
    advance = till.lent()
    project = Project.objects.get(pk=advance.project_id)
    project.status = status
    assert permissions.edit_section.allows(project, Section.OWNER)
    for section in (Section.COMPANY, Section.JOBS):
        with pytest.raises(ActionDenied, match="terminé"):
            permissions.edit_section(project, section)
    till.repay(advance, advance.granted_amount, LOOK)
    with pytest.raises(ActionDenied, match="terminé"):
        permissions.edit_section(project, Section.OWNER)


def supported(advance) -> Project:
    """Its company, under support since its convention."""
    found = Project.objects.get(pk=advance.project_id)
    found.status, found.labelled_on = ProjectStatus.LABELLED, GRANTED_AT.date()
    found.follow_up_lead = make_person()
    found.save()
    return found


def interrupt(till, project: Project) -> Project:
    asked = {"reason": "Vendue", "by": till.operator, "at": at(2026, 7, 1)}
    return projects.interrupt_support(project_id=project.pk, **asked)


def test_nothing_more_is_paid_to_a_company_whose_support_is_interrupted(till):
    advance = till.contracted()
    order = till.prepare(advance, amount=400_000)
    interrupt(till, supported(advance))
    refused = "est interrompu : rien de plus ne lui est versé"
    with pytest.raises(ActionDenied, match=refused):
        till.release(order)
    with pytest.raises(ActionDenied, match=refused):
        till.prepare(advance, amount=600_000)


def next_step(client_as, project: Project, role: Role) -> str:
    page = f"/bassins/savoie/dossiers/{project.reference}/"
    return client_as(role).get(page).context["header"].now


def test_the_operator_settles_the_advance_of_a_support_interrupted(till, client_as):
    advance = till.contracted()
    order = till.prepare(advance, amount=400_000)
    till.release(order)
    project = interrupt(till, supported(advance))
    said = "Accompagnement interrompu : Vendue."
    to_settle = f"{said} Saisissez la situation de l'avance."
    assert owed_by(project) == 400_000
    assert next_step(client_as, project, Role.OPERATOR) == to_settle
    assert next_step(client_as, project, Role.PRESIDENT) == said
    till.repay(advance, 400_000, LOOK)
    # What was granted and never paid is to be renounced.
    assert next_step(client_as, project, Role.OPERATOR) == to_settle
    approve(till, ask(till, advance, 600_000))
    assert next_step(client_as, project, Role.OPERATOR) == said
