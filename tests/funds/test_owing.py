"""Who runs a company is corrected while it owes something, the support ended or not."""

import pytest

from alize.common.errors import ActionDenied
from projects import permissions
from projects.enums import ProjectStatus, Section
from projects.models import Project
from tests.funds.conftest import LOOK


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
