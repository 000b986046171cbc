"""Figures follow the acts; every night they are computed again, whole."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from alize.outbox.handlers import handler
from alize.outbox.operations import take_waiting
from basins.models import Basin
from network import operations
from network.candidacies import tasks as candidacies

__all__ = ["candidacies"]


@handler("figures.changed", national=True, hurried=False)
def figures_changed(*, at: datetime, schema: str) -> None:
    """A figure of a basin changed: compute its rows again.

    Left to the sweeper, so that two hundred payments of a minute are read once or twice. Every mark
    seen before reading is done by this reading; one that comes later finds its own.
    """
    basin = Basin.objects.get(schema_name=schema)
    take_waiting("figures.changed", schema=schema, at=at)
    operations.refresh(basin=basin, at=at)


@shared_task(name="network.refresh_all")
def refresh_all() -> list[str]:
    """The nightly check (scale.md 3)."""
    return operations.refresh_all(at=timezone.now())
