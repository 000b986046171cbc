"""How a support ends: closed with its balance once its term has come, or interrupted before."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from alize.accounts.models import Person
from alize.audit import operations as audit
from projects import permissions
from projects.enums import ProjectStatus
from projects.models import Project
from projects.operations.base import figures_changed, locked, move
from projects.operations.lifecycle import tell_watchers


@transaction.atomic
def close_support(*, project_id: int, balance: str, by: Person, at: datetime) -> Project:
    """Clore : the term has come, what the support gave is written; observed until M+36 (R35, R86).

    :raises ActionDenied: the term has not come, or the support has ended already.
    """
    project = locked(project_id)
    permissions.close_support(project)
    closed_on = timezone.localdate(at)
    move(project, ProjectStatus.CLOSED, at=at, closed_on=closed_on, balance=balance)
    audit.record("project.closed", target=project, by=by, at=at)
    figures_changed("close", project, at=at)
    _tell(project, "est clos", by=by, at=at)
    return project


@transaction.atomic
def interrupt_support(*, project_id: int, reason: str, by: Person, at: datetime) -> Project:
    """Interrompre : the support stops before its term; nobody follows the company any more.

    What its advance still owes stays owed, and nothing more of it is paid.

    :raises ActionDenied: the company is not supported, or no longer.
    """
    project = locked(project_id)
    permissions.interrupt_support(project)
    move(project, ProjectStatus.INTERRUPTED, at=at, end_reason=reason)
    audit.record("project.interrupted", target=project, by=by, at=at)
    figures_changed("interrupt", project, at=at)
    _tell(project, "est interrompu", by=by, at=at)
    return project


def _tell(project: Project, ended: str, *, by: Person, at: datetime) -> None:
    """Tell those who were told of the label; whoever ends the support knows."""
    on = timezone.localdate(at)
    tell_watchers("M58", project, on=on, besides=by, ended=ended)
