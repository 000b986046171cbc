"""What the journal says of the committee's acts, and what does not agree with it (S35)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from alize.audit.models import AuditEvent
from alize.audit.queries import Finding


class Journal:
    """The sealed events of the committee, by type and target."""

    def __init__(self) -> None:
        self._events: dict[tuple[str, str], list[AuditEvent]] = {}
        kinds = (
            "ballot.", "vote.", "decision.", "condition.", "meeting.", "consultation.", "minutes.",
            "document.", "interest.", "recusal.", "proxy.", "attendance.",
        )  # fmt: skip
        for event in AuditEvent.objects.order_by("sequence"):
            if event.type.startswith(kinds):
                self._events.setdefault((event.type, event.target_id), []).append(event)

    def all(self, kind: str, target: Any) -> list[AuditEvent]:
        """Every event of a kind about a row, the oldest first."""
        return self._events.get((kind, str(target.pk)), [])

    def every(self, *kinds: str) -> list[AuditEvent]:
        """Every event of these kinds, whatever the row."""
        return [e for (kind, _), events in self._events.items() if kind in kinds for e in events]

    def last(self, target: Any, *kinds: str, fact: str) -> Any:
        """What the latest of these events says of one fact; None when nothing does."""
        events = [
            event for kind in kinds for event in self.all(kind, target) if fact in event.facts
        ]
        return max(events, key=lambda event: event.sequence).facts[fact] if events else None

    def targets(self, kind: str) -> set[str]:
        """The rows that events of a kind are about."""
        return {target for type_, target in self._events if type_ == kind}

    def stamp(
        self, where: str, act: str, kind: str, target: Any, at: datetime | None, by_id: int | None
    ) -> Iterator[Finding]:
        """Compare the hour and the author of an act with its line; `act` is feminine, in French."""
        events = self.all(kind, target)
        if at is None and events:
            yield Finding(where, f"{act} a été effacée")
        elif at is not None and not events:
            yield Finding(where, f"{act} n'est pas au journal : ajoutée")
        elif at is not None and (events[-1].at, events[-1].by_id) != (at, by_id):
            yield Finding(where, f"{act} n'a plus l'heure ou l'auteur du journal")
