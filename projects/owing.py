"""What a company still owes of its advances, told by the room that lends."""

from collections.abc import Callable

from projects.models import Project

Owes = Callable[[Project], int]
_LENDERS: list[Owes] = []


def owed_to(function: Owes) -> Owes:
    """Say how much each company still owes, in cents."""
    _LENDERS[:] = [function]
    return function


def owed_by(project: Project) -> int:
    """What its company is still bound to repay, in cents, the support ended or not."""
    return sum(owes(project) for owes in _LENDERS)
