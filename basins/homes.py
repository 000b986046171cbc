"""The home of a basin is made of what each room has for the person; rooms register themselves.

The basins know no room above them: each gives a function that returns its lines of « À faire »,
of « En attente des autres » and its figures.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from alize.accounts.models import Person
from alize.common.screen import Figure, Todo, Waiting
from basins.enums import Role


@dataclass(frozen=True)
class Visitor:
    """Who looks, and on which day; at which moment, where the hour counts."""

    person: Person
    roles: frozenset[Role]
    on: date
    at: datetime | None = None

    def is_past(self, moment: datetime) -> bool:
        """Whether a moment has gone by; its whole day, for who looks at no hour."""
        return timezone.localdate(moment) < self.on if self.at is None else moment < self.at


def visitor_of(request: HttpRequest, at: datetime | None = None) -> Visitor:
    """Whoever looks, with the roles of their request, at a moment: now unless said."""
    moment = at or timezone.now()
    return Visitor(request.user, request.roles, timezone.localdate(moment), moment)


@dataclass
class HomeParts:
    """What one room shows on the home page; `due` sorts the lines of « À faire »."""

    todos: list[tuple[date, Todo]] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


ROOMS: list[Callable[[Visitor], HomeParts]] = []


def room(function: Callable[[Visitor], HomeParts]) -> Callable[[Visitor], HomeParts]:
    """Register what a room shows on the home page."""
    ROOMS.append(function)
    return function


def parts_for(visitor: Visitor) -> HomeParts:
    """What all the rooms have for a person, the most urgent first."""
    parts = [room(visitor) for room in ROOMS]
    todos = sorted((line for part in parts for line in part.todos), key=lambda line: line[0])
    return HomeParts(
        todos,
        [line for part in parts for line in part.waiting],
        [figure for part in parts for figure in part.figures],
    )


def home_of(request: HttpRequest) -> dict[str, Any]:
    """The context of the home page of a basin."""
    parts = parts_for(visitor_of(request))
    return {
        "todos": [todo for _, todo in parts.todos],
        "waiting": parts.waiting,
        "figures": parts.figures,
    }
