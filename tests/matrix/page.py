"""An address of the site as the matrix sees it: its audience, its act, its object."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.urls import reverse

from tests.matrix.world import Side


class Audience(StrEnum):
    PUBLIC = "PUBLIC"
    SIGNED_IN = "SIGNED_IN"
    TOKEN = "TOKEN"
    MATRIX = "MATRIX"


@dataclass(frozen=True)
class Page:
    """One address: its audience, its act of the matrix, its arguments."""

    audience: Audience
    act: str = ""
    in_basin: bool = False
    arguments: dict[str, str] = field(default_factory=dict)

    @property
    def has_object(self) -> bool:
        """Whether the address names an object."""
        return any(not path.startswith("=") for path in self.arguments.values())

    def url(self, name: str, side: Side) -> str:
        """The address of the page of one basin's object."""
        values = {
            argument: path[1:] if path.startswith("=") else side.find(path)
            for argument, path in self.arguments.items()
        }
        return self._reverse(name, side, values)

    def unknown_url(self, name: str, side: Side) -> str:
        """The same for an object that does not exist."""
        values = {
            argument: path[1:] if path.startswith("=") else UNKNOWN.get(argument, 987_654)
            for argument, path in self.arguments.items()
        }
        return self._reverse(name, side, values)

    def _reverse(self, name: str, side: Side, values: dict[str, object]) -> str:
        basin = {"basin": side.basin.slug} if self.in_basin else {}
        return reverse(name, kwargs=basin | values)


UNKNOWN = {
    "reference": "2001-ZZZ-999",
    "decision_reference": "2001-D-ZZZ-999",
    "number": "98",
    "year": "2001",
}


def public(**arguments: str) -> Page:
    return Page(Audience.PUBLIC, arguments=arguments)


def signed_in(**arguments: str) -> Page:
    return Page(Audience.SIGNED_IN, arguments=arguments)


def token(path: str) -> Page:
    return Page(Audience.TOKEN, arguments={"token": path})


def basin(act: str, **arguments: str) -> Page:
    return Page(Audience.MATRIX, act, in_basin=True, arguments=arguments)


def national(act: str, **arguments: str) -> Page:
    return Page(Audience.MATRIX, act, arguments=arguments)
