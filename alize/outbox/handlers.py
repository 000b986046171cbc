"""The kinds of work and the function that carries out each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Function = Callable[..., None]


@dataclass(frozen=True)
class Handler:
    """One kind of work; `national` ones run in `public` and are told the schema they come from."""

    function: Function
    national: bool
    queue: str
    hurried: bool = True
    """Whether somebody waits for it; the sweeper comes soon enough for the rest."""


HEAVY = "heavy"
"""The queue of what nobody waits for, and every basin does on the same day."""
OWNER = "owner"
"""The queue of the only worker that holds the login of the owner of the database (ADR 22)."""

HANDLERS: dict[str, Handler] = {}


def handler(
    kind: str, *, national: bool = False, queue: str = "default", hurried: bool = True
) -> Callable:
    """Register the function for a kind of work.

    It is called as `function(at=…, **payload)` in the schema of the entry, in one transaction
    with the mark that says it is done: it must be safe to call again after a crash.
    """

    def register(function: Function) -> Function:
        if kind in HANDLERS:
            raise ValueError(f"Two handlers for {kind}.")
        HANDLERS[kind] = Handler(function, national, queue, hurried)
        return function

    return register


def call(kind: str, *, schema: str, at: datetime, payload: dict[str, Any]) -> None:
    """Run the handler of a kind."""
    found = HANDLERS[kind]
    origin = {"schema": schema} if found.national else {}
    found.function(at=at, **origin, **payload)
