"""Every day, in every basin: what is late is reminded, what is too late lapses."""

from datetime import datetime

from basins.rounds import daily
from committees.operations import conditions


@daily("committees.follow_decisions")
def follow(*, at: datetime) -> None:
    """The day of one basin; carried out twice, the second does nothing."""
    conditions.lapse_approvals(at=at)
    conditions.remind_late_conditions(at=at)
    conditions.remind_late_experts(at=at)
