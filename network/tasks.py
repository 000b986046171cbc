"""Figures follow the acts; every night they are computed again, whole."""

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from alize.outbox.handlers import HEAVY, handler
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


@shared_task(name="network.ask_for_checks")
def ask_for_checks() -> int:
    """Ask for the nightly check of every basin (scale.md 3); returns how many are asked for."""
    return operations.ask_for_checks(at=timezone.now())


@handler("figures.check", national=True, queue=HEAVY)
def check_figures(*, at: datetime, schema: str) -> None:
    """Check the rows of one basin; a difference is an incident, and is put right."""
    take_waiting("figures.check", schema=schema, at=at)
    operations.check(basin=Basin.objects.get(schema_name=schema), at=at)
