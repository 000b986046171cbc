"""Asks every basin for what a day brings; each does it in a task of its own (scale.md 5)."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import wraps

from django.db import Error, connection, transaction
from django.utils import timezone

from alize.common.database import current_schema
from alize.outbox.handlers import HEAVY, handler
from alize.outbox.operations import enqueue, take_waiting
from basins import tenancy
from basins.models import Basin

logger = logging.getLogger("alize.basins")
GROUP = 50
"""A connection remembers every basin it visited: it is closed after so many (scale.md 3)."""
DAILY: list[str] = []
"""The kinds of work that each basin does once a day."""
EVEN_SHUT: list[str] = []
"""Those that a basin does too where nobody works, for a while or any more."""

Act = Callable[..., None]


def daily(kind: str, *, even_shut: bool = False) -> Callable[[Act], Act]:
    """Register what each basin does once a day, as `act(at=…)` inside it."""

    def register(act: Act) -> Act:
        @handler(kind, queue=HEAVY)
        @wraps(act)
        def done(*, at: datetime) -> None:
            # A day that failed is done by the one that follows it.
            take_waiting(kind, schema=current_schema(), at=at)
            act(at=at)

        DAILY.append(kind)
        if even_shut:
            EVEN_SHUT.append(kind)
        return act

    return register


def ask_for_the_day(*, at: datetime) -> int:
    """Ask every basin for its work of the day, once; returns how many could not be asked.

    Those that are suspended or closed do what is due even there.
    """
    day = timezone.localdate(at).isoformat()

    def ask() -> None:
        for kind in DAILY if tenancy.current().is_open else EVEN_SHUT:
            enqueue(kind, key=day)

    return _in_each(tenancy.every_space(), ask)


def in_every_basin(ask: Callable[[], object]) -> int:
    """Ask for work inside every open basin; returns how many could not be asked."""
    return _in_each(tenancy.every_basin(), ask)


def _in_each(basins: list[Basin], ask: Callable[[], object]) -> int:
    """One that cannot be asked, its role or its schema gone, does not stop the others."""
    failed = 0
    for basin in _round_of(basins):
        try:
            with tenancy.inside(basin), transaction.atomic():
                ask()
        except Error:
            logger.exception("basins.not_asked", extra={"schema": basin.schema_name})
            failed += 1
    return failed


def _round_of(basins: list[Basin]) -> Iterator[Basin]:
    for number, basin in enumerate(basins, 1):
        yield basin
        if number % GROUP == 0:
            let_go()


def let_go() -> None:
    """Close a connection that has visited enough basins; the next statement opens another."""
    if not connection.in_atomic_block:
        connection.close()
