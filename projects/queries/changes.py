"""Who has saved a section since somebody opened it."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from alize.accounts.models import Person
from alize.audit.models import AuditEvent
from projects.enums import Section
from projects.models import Project


@dataclass(frozen=True)
class Change:
    """The last time somebody saved a section, and from which other file of the company."""

    who: Person
    at: datetime
    elsewhere: str = ""


def last_change(project: Project, section: str, *, after: int) -> Change | None:
    """Who saved the section since a revision, if anybody did; the files of a company share one."""
    files = {str(project.pk): project.reference}
    if section == Section.COMPANY:
        same = Project.objects.filter(beneficiary=project.beneficiary_id)
        files = {str(pk): reference for pk, reference in same.values_list("pk", "reference")}
    event = (
        AuditEvent.objects.filter(
            target_type=project._meta.label_lower,
            target_id__in=files,
            type="project.section_saved",
            facts__section=str(section),
            facts__revision__gt=after,
        )
        .order_by("-sequence")
        .first()
    )
    if event is None:
        return None
    other = files[event.target_id] if event.target_id != str(project.pk) else ""
    return Change(Person.objects.get(pk=cast(int, event.by_id)), event.at, other)
