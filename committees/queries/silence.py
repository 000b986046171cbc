"""Who attends from afar and is not heard from any more, before a ballot opens."""

from dataclasses import dataclass
from datetime import datetime

from alize.common.dates import clock_time
from committees import signs
from committees.models import Attendance, Meeting
from committees.queries import seats
from committees.rules.silence import silent_since


@dataclass(frozen=True)
class Silent:
    """Somebody at a distance, and the last that is known of them."""

    attendance: Attendance
    since: datetime

    def __str__(self) -> str:
        return f"{self.attendance.person} depuis {self.hour}"

    @property
    def hour(self) -> str:
        """« 10 h 02 »."""
        return clock_time(self.since)


def silent(meeting: Meeting, *, at: datetime) -> list[Silent]:
    """Those at a distance whose page is silent for more than five minutes."""
    found = []
    for row in seats.seated(meeting).filter(is_remote=True).order_by("seat__partner", "pk"):
        since = silent_since(
            signs.last(row.person_id),
            arrived_at=row.arrived_at,
            confirmed_at=row.confirmed_at,
            at=at,
        )
        if since is not None:
            found.append(Silent(row, since))
    return found
