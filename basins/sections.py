"""What a room shows on the pages of the rooms below it: they never import the rooms above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from basins.access import allows
from basins.homes import Visitor

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Content:
    """A template and its context."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


class Sections(Generic[Subject]):
    """The sections that rooms add to one kind of page, each for the roles that may do an act."""

    def __init__(self) -> None:
        self._found: list[tuple[str, Callable[[Visitor, Subject], Content | None]]] = []

    def add(self, *, act: str) -> Callable:
        """Add a section: `build(visitor, subject) -> Content`, or None when it has nothing."""

        def register(build: Callable[[Visitor, Subject], Content | None]) -> Callable:
            self._found.append((act, build))
            return build

        return register

    def of(self, visitor: Visitor, subject: Subject) -> list[Content]:
        """What the rooms show of a subject to this person."""
        built = [
            build(visitor, subject) for act, build in self._found if allows(visitor.roles, act)
        ]
        return [content for content in built if content is not None]
