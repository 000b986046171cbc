"""Every day, in every basin: what is late is reminded, what is too late lapses."""

from datetime import datetime
from functools import partial

from celery import shared_task
from django.utils import timezone

from basins.rounds import in_every_basin
from committees.operations import conditions


@shared_task(name="committees.follow_decisions")
def follow_decisions() -> int:
    """Follow the decisions of every basin; one that fails does not stop the others."""
    return in_every_basin(partial(follow, at=timezone.now()), failure="committees.follow_failed")


def follow(*, at: datetime) -> None:
    """The day of one basin; carried out twice, the second does nothing."""
    today = timezone.localdate(at)
    conditions.lapse_approvals(at=at)
    conditions.remind_late_conditions(on=today)
    conditions.remind_late_experts(on=today)
