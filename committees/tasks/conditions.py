"""Every day, in every basin: what is late is reminded, what is too late lapses."""

from datetime import datetime

from django.utils import timezone

from basins.rounds import daily
from committees.operations import conditions


@daily("committees.follow_decisions")
def follow(*, at: datetime) -> None:
    """The day of one basin; carried out twice, the second does nothing."""
    today = timezone.localdate(at)
    conditions.lapse_approvals(at=at)
    conditions.remind_late_conditions(on=today)
    conditions.remind_late_experts(on=today)
