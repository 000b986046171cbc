"""Visits every basin in turn: what a day brings to each, on its own."""

import logging
from collections.abc import Callable, Iterator

from django.db import connection

from basins import tenancy
from basins.models import Basin

logger = logging.getLogger("alize.basins")
GROUP = 50
"""A connection remembers every basin it visited: it is closed after so many (scale.md 3)."""


def round_of_basins() -> Iterator[Basin]:
    """Every open basin, for work that enters each by itself."""
    for number, basin in enumerate(tenancy.every_basin(), 1):
        yield basin
        if number % GROUP == 0 and not connection.in_atomic_block:
            connection.close()


def in_every_basin(act: Callable[[], object], *, failure: str) -> int:
    """Carry out an act inside every basin; returns in how many it failed.

    One that fails does not stop the others: `failure` is what the log calls it.
    """
    failed = 0
    for basin in round_of_basins():
        with tenancy.inside(basin):
            try:
                act()
            except Exception:  # whatever it is, the other basins have their day
                logger.exception(failure, extra={"schema": basin.schema_name})
                failed += 1
    return failed
