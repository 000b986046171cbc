"""Whether a company still owes something of an advance, told by the room that lends."""

from collections.abc import Callable

from projects.models import Project

Owes = Callable[[Project], bool]
_LENDERS: list[Owes] = []


def owed_to(function: Owes) -> Owes:
    """Say which companies still owe something."""
    _LENDERS[:] = [function]
    return function


def still_owes(project: Project) -> bool:
    """Whether its company is still bound to repay, the support ended or not."""
    return any(owes(project) for owes in _LENDERS)
