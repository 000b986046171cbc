"""State tables: which status may follow which, guarded in one place (architecture.md 3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from alize.common.errors import ActionDenied


@dataclass(frozen=True)
class TransitionTable:
    """The allowed pairs of one enumeration of statuses; every status must have its row."""

    statuses: type
    rows: Mapping[Any, frozenset[Any]]

    def __post_init__(self) -> None:
        missing = set(self.statuses) - set(self.rows)
        if missing:
            raise ValueError(f"No row for {sorted(missing)} in {self.statuses.__name__}.")

    def allows(self, current: Any, target: Any) -> bool:
        """Whether `target` may follow `current`."""
        return target in self.rows[self.statuses(current)]

    def guard(self, current: Any, target: Any) -> None:
        """Refuse a pair that is not in the table.

        :raises ActionDenied: with both labels, in French.
        """
        if not self.allows(current, target):
            old, new = self.statuses(current).label, self.statuses(target).label
            raise ActionDenied(
                f"Ce passage n'est pas possible : de « {old} » à « {new} ». "
                "Rechargez la page pour voir où en est le dossier."
            )

    def pairs(self) -> Iterator[tuple[Any, Any]]:
        """Every allowed pair, for tests and diagrams."""
        for current, targets in self.rows.items():
            for target in sorted(targets):
                yield current, target
