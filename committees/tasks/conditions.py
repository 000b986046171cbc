"""Every day, in every basin: what is late is reminded, what is too late lapses."""

import logging
from datetime import datetime

from celery import shared_task
from django.db import connection
from django.utils import timezone

from basins import tenancy
from committees.operations import conditions

logger = logging.getLogger("alize.committees")
GROUP = 50
"""A connection remembers every basin it visited: it is closed after so many (scale.md 3)."""


@shared_task(name="committees.follow_decisions")
def follow_decisions() -> int:
    """Follow the decisions of every basin; one that fails does not stop the others."""
    now, failed = timezone.now(), 0
    for number, basin in enumerate(tenancy.every_basin(), 1):
        with tenancy.inside(basin):
            try:
                follow(at=now)
            except Exception:  # whatever it is, the other basins have their day
                logger.exception("committees.follow_failed", extra={"schema": basin.schema_name})
                failed += 1
        if number % GROUP == 0 and not connection.in_atomic_block:
            connection.close()
    return failed


def follow(*, at: datetime) -> None:
    """The day of one basin; carried out twice, the second does nothing."""
    today = timezone.localdate(at)
    conditions.lapse_approvals(at=at)
    conditions.remind_late_conditions(on=today)
    conditions.remind_late_experts(on=today)
