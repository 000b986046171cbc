"""« Mes téléchargements » : what somebody asked for and was made aside (interface.md 2).

The basins know no room above them: each gives a function that returns the works of a person.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from alize.common.screen import Badge, Link, Progress
from basins.homes import Visitor

KEPT_FOR = timedelta(days=30)
"""How long a work stays in the list; what it made stays on its own page."""

UNDER_WAY = Badge("En préparation", "info", "hourglass-split")
READY = Badge("Prêt", "done")
FAILED = Badge("N'a pas abouti", "late")
CLOSED = Badge("Ne vous est plus ouvert", "quiet")


@dataclass(frozen=True)
class Work:
    """Travail demandé : a pack, a report or an import, how far it is and where it leads.

    Its links are for those who may follow them today; each file asks its own judge once more.
    """

    label: str
    asked_at: datetime
    state: Badge
    links: Sequence[Link] = ()
    progress: Progress | None = None

    @property
    def until(self) -> date:
        """The last day it stands in the list."""
        return timezone.localdate(self.asked_at + KEPT_FOR)


Room = Callable[[Visitor, datetime, datetime], Iterable[Work]]
_ROOMS: list[Room] = []


def register(room: Room) -> None:
    """Let `room(visitor, since, at)` say what a person asked of it since an instant."""
    _ROOMS.append(room)


def asked_by(visitor: Visitor, *, at: datetime) -> list[Work]:
    """What a person asked for in the current basin, the latest first."""
    found = [work for room in _ROOMS for work in room(visitor, at - KEPT_FOR, at)]
    return sorted(found, key=lambda work: work.asked_at, reverse=True)
