"""What the rooms above add to the page of a project: tabs, the next step, dates of its timeline.

A room registers in its own `panels.py`; the projects never import the rooms above them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from alize.common.screen import Action, Badge
from basins.access import allows
from basins.homes import Visitor
from basins.sections import Content
from projects.enums import ProjectStatus
from projects.models import Project


@dataclass(frozen=True)
class Panel:
    """One more tab of the file, for the roles that may do `act`."""

    slug: str
    label: str
    act: str
    build: Callable[[Visitor, Project], Content]

    def is_for(self, visitor: Visitor) -> bool:
        """Whether this person sees the tab."""
        return allows(visitor.roles, self.act)


@dataclass(frozen=True)
class NextStep:
    """« Et maintenant ? » : the sentence, who has the ball since when, the due date, one action.

    `badge` replaces the words of the status when this person has its own.
    """

    now: str = ""
    holder: str = ""
    since: str = ""
    due: str = ""
    due_badge: Badge | None = None
    action: Action | None = None
    badge: Badge | None = None


@dataclass(frozen=True)
class Moment:
    """A date of the life of a project; one to come is not reached yet."""

    on: date
    label: str = ""
    is_reached: bool = True
    """Whether its day alone was missing: nothing is done while the committee has not decided."""


@dataclass(frozen=True)
class Instalment:
    """Échéance : what a company owes next, in cents."""

    on: date
    amount: int


NextStepOf = Callable[[Visitor, Project], NextStep | None]
MomentOf = Callable[[Project], Moment | None]
DaysOn = Callable[[date], Mapping[int, Decimal]]
InstalmentsOf = Callable[[Iterable[int], date], Mapping[int, Instalment]]

PANELS: dict[str, Panel] = {}
_NEXT_STEPS: dict[ProjectStatus, NextStepOf] = {}
_MOMENTS: dict[str, MomentOf] = {}
_DAYS: list[DaysOn] = []
_INSTALMENTS: list[InstalmentsOf] = []


def panel(slug: str, label: str, *, act: str) -> Callable:
    """Add a tab, at `/dossiers/<référence>/<slug>/`: `build(visitor, project) -> Content`."""

    def register(build: Callable[[Visitor, Project], Content]) -> Callable:
        PANELS[slug] = Panel(slug, label, act, build)
        return build

    return register


def next_step(*statuses: ProjectStatus) -> Callable[[NextStepOf], NextStepOf]:
    """Say what comes next in these states: `f(visitor, project) -> NextStep | None`."""

    def register(function: NextStepOf) -> NextStepOf:
        _NEXT_STEPS.update(dict.fromkeys(statuses, function))
        return function

    return register


def moment(name: str) -> Callable[[MomentOf], MomentOf]:
    """Date a point of the timeline: `committee`, say, by `f(project) -> Moment | None`."""

    def register(function: MomentOf) -> MomentOf:
        _MOMENTS[name] = function
        return function

    return register


def days_lent(function: DaysOn) -> DaysOn:
    """Say the days of skills lent to each project by what was signed by a day."""
    _DAYS[:] = [function]
    return function


def instalments(function: InstalmentsOf) -> InstalmentsOf:
    """Say what each of these projects owes next on a day: `f(project ids, on)`."""
    _INSTALMENTS[:] = [function]
    return function


def next_step_of(visitor: Visitor, project: Project) -> NextStep | None:
    """What a room above says comes next, if one does."""
    function = _NEXT_STEPS.get(ProjectStatus(project.status))
    return None if function is None else function(visitor, project)


def moment_of(name: str, project: Project) -> Moment | None:
    """The date a room above gives to a point of the timeline."""
    function = _MOMENTS.get(name)
    return None if function is None else function(project)


def days_lent_on(day: date) -> Mapping[int, Decimal]:
    """The days of skills that a room above says each project is lent."""
    return _DAYS[0](day) if _DAYS else {}


def next_instalments(project_ids: Iterable[int], day: date) -> Mapping[int, Instalment]:
    """What a room above says that each of these projects owes next."""
    return _INSTALMENTS[0](project_ids, day) if _INSTALMENTS else {}
