"""What the committee may still grant, as the room that keeps the money says it.

That room registers itself in its own `panels.py`; the committees never import the rooms above.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alize.common import charts
from alize.common.money import format_euros
from basins.homes import Visitor
from committees.models import Meeting
from committees.permissions.phases import BEFORE_IT_ENDS
from committees.queries.agenda import AgendaRow


@dataclass(frozen=True)
class Means:
    """Capacité d'engagement du fonds, in cents; below zero when too much was granted already."""

    amount: int
    url: str = ""
    of_others: int = 0
    """The part of the cash that is not the fund's: over-payments, money not identified yet."""


MeansOf = Callable[[Visitor], Means | None]
_SOURCES: list[MeansOf] = []


def means_from(function: MeansOf) -> MeansOf:
    """Register who knows: `f(visitor) -> Means`, or None when the person may not read it."""
    _SOURCES.append(function)
    return function


@dataclass(frozen=True)
class AgendaMeans:
    """What the files of a meeting ask for, beside what the fund may commit; it never blocks."""

    capacity: int
    asked: int
    url: str
    is_whole: bool
    """False when files that the person may not read are left out."""
    of_others: int = 0

    @property
    def exceeded_by(self) -> int:
        """What is asked beyond the capacity; zero when it holds."""
        return max(self.asked - max(self.capacity, 0), 0)

    @property
    def warning(self) -> str:
        """What the committee should know before it votes; nothing when the fund can follow."""
        if not self.exceeded_by:
            return ""
        return (
            f"Les dossiers de cette séance demandent {format_euros(self.exceeded_by)} de plus que "
            "le fonds ne peut engager. Le comité reste libre : il peut réduire, échelonner ou "
            "reporter une avance."
        )

    @property
    def gauge(self) -> charts.Gauge:
        """The same as a picture."""
        capacity = max(self.capacity, 0) // 100
        return charts.gauge(
            self.asked // 100,
            low=capacity,
            high=capacity,
            title="Demandé à cette séance, face à la capacité du fonds",
            unit="€",
        )


def agenda_means(
    meeting: Meeting, visitor: Visitor, rows: Sequence[AgendaRow]
) -> AgendaMeans | None:
    """Compare the files still to decide with the fund; None when no room gives its capacity."""
    if meeting.status not in BEFORE_IT_ENDS:
        return None
    given = next((means for source in _SOURCES if (means := source(visitor))), None)
    if given is None:
        return None
    return AgendaMeans(
        capacity=given.amount,
        asked=sum(_asked(row) for row in rows if row.is_readable and row.decision is None),
        url=given.url,
        is_whole=all(row.is_readable for row in rows),
        of_others=given.of_others,
    )


def _asked(row: AgendaRow) -> int:
    """What is proposed for a file; until then, what the company asks for."""
    proposals = sorted(row.item.proposals.all(), key=lambda proposal: proposal.pk)
    if proposals:
        return proposals[-1].amount
    return row.item.project.amount_asked or 0
