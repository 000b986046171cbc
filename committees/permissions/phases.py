"""How far a meeting has gone, as the checks name it."""

from datetime import datetime

from alize.common.dates import clock_time
from committees.enums import MeetingStatus

BEFORE_IT_OPENS = frozenset({MeetingStatus.PLANNED, MeetingStatus.CONVENED})
BEFORE_IT_ENDS = BEFORE_IT_OPENS | {MeetingStatus.OPEN}


def hour(moment: datetime | None) -> str:
    """An hour in a sentence; constraints tie each state to its own."""
    return clock_time(moment) if moment else "l'instant"
