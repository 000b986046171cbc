"""`manage.py draw_states`: writes docs/states.md from the tables of states (architecture.md 3)."""

import sys
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from alize.common.transitions import TransitionTable

PAGE = settings.BASE_DIR / "docs" / "states.md"
HEAD = """# States

Written by `python3 manage.py draw_states` from the tables of the rooms' `enums`: a test compares.
"""


class Command(BaseCommand):
    help = "Dessine les états de chaque objet dans docs/states.md."

    def handle(self, *args: Any, **options: Any) -> None:
        PAGE.write_text(drawn())


def transition_tables() -> list[TransitionTable]:
    """Every table of the `enums` of the rooms, all loaded with their models."""
    return [
        value
        for name in sorted(sys.modules)
        if name.endswith(".enums")
        for value in vars(sys.modules[name]).values()
        if isinstance(value, TransitionTable) and value.statuses.__module__ == name
    ]


def drawn() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for table in transition_tables() for line in _diagram(table))])


def _diagram(table: TransitionTable) -> Iterator[str]:
    room = table.statuses.__module__.removesuffix(".enums")
    yield f"## `{table.statuses.__name__}` ({room})"
    yield ""
    yield "```mermaid"
    yield "stateDiagram-v2"
    statuses: list[Any] = list(table.rows)
    for status in statuses:
        yield f"  {status.name} : {status.label}"
    yield f"  [*] --> {statuses[0].name}"
    for current, target in table.pairs():
        yield f"  {current.name} --> {target.name}"
    for status in statuses:
        if not table.rows[status]:
            yield f"  {status.name} --> [*]"
    yield "```"
    yield ""
