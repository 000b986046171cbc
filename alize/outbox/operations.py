"""Puts work in the outbox and carries it out."""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction

from alize.common.database import current_schema
from alize.outbox.handlers import HANDLERS, OWNER, call
from alize.outbox.models import Entry
from alize.outbox.queries import STUCK_AFTER, stuck_entries

logger = logging.getLogger("alize.outbox")
LONGEST_WAIT = timedelta(hours=1)
"""Between two tries of what keeps failing, for as long as it does: nothing is given up."""
INSERT = """
INSERT INTO outbox_entry
  (schema, national, kind, key, payload, due_at, attempts, last_error)
VALUES (%s, %s, %s, %s, %s, coalesce(%s, now()), 0, '')
ON CONFLICT DO NOTHING RETURNING id
"""
"""One statement, where asking before writing takes four: every act writes here."""


def enqueue(
    kind: str,
    *,
    key: str,
    due_at: datetime | None = None,
    schema: str | None = None,
    **payload: Any,
) -> bool:
    """Ask for work once the current transaction commits; the same key asks only once.

    Returns whether it is asked for the first time.

    The entry belongs to the current schema; nothing is done if the transaction rolls back. Only
    national work names another `schema`, that of the basin it answers: the database holds it.
    """
    if kind not in HANDLERS:
        raise ValueError(f"No handler for {kind}.")
    if not connection.in_atomic_block:
        raise RuntimeError("Work is asked for in the transaction of its act.")
    found, schema = HANDLERS[kind], schema or current_schema()
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [schema, found.national, kind, key, json.dumps(payload), due_at])
        written = cursor.fetchone()
    if written is None:
        return False
    if due_at is None and found.hurried:
        asked = Entry(pk=written[0], schema=schema, kind=kind, national=found.national)
        transaction.on_commit(lambda: hurry(asked))
    return True


def hurry(entry: Entry) -> None:
    """Tell the broker; without it the sweeper finds the row within half a minute."""
    try:
        current_app.send_task(
            "outbox.run",
            args=[entry.pk],
            queue=HANDLERS[entry.kind].queue,
            headers={"schema": entry.works_in},
        )
    except SoftTimeLimitExceeded:
        raise
    except Exception:  # the broker's client raises many kinds; the row is safe whatever it is
        logger.warning("outbox.broker_unreachable", extra={"entry": entry.pk})


def is_for_owner(entry: Entry) -> bool:
    """Whether its own worker alone can do it, the one that holds the owner's login (ADR 22)."""
    found = HANDLERS.get(entry.kind)
    return found is not None and found.queue == OWNER


def run(entry_id: int, *, at: datetime) -> bool:
    """Carry out one entry in its schema, effect and mark in one transaction.

    Returns whether it was done now; False when done already, held by another worker, or asked for
    in another schema than its own: a message is a hint, the row says where its work belongs (S06).

    :raises SoftTimeLimitExceeded: the time of the task is over; this entry is tried later.
    """
    try:
        with transaction.atomic():
            entry = (
                Entry.objects.select_for_update(skip_locked=True)
                .filter(pk=entry_id, done_at=None, due_at__lte=at)
                .first()
            )
            if entry is None:
                return False
            if entry.works_in != current_schema():
                logger.error("outbox.wrong_schema", extra={"entry": entry_id})
                return False
            call(entry.kind, schema=entry.schema, at=at, payload=entry.payload)
            # The payload may name people: it is not kept once the work is done.
            Entry.objects.filter(pk=entry.pk).update(done_at=at, payload={}, last_error="")
    except Exception as error:
        logger.exception("outbox.failed", extra={"entry": entry_id})
        postpone(entry_id, at=at, error=error)
        if isinstance(error, SoftTimeLimitExceeded):
            raise
        return False
    return True


def try_again(kind: str, *, key: str, at: datetime) -> None:
    """Give work of the current schema that failed its first chances again, now."""
    entry = Entry.objects.select_for_update().get(
        schema=current_schema(), kind=kind, key=key, done_at=None
    )
    entry.attempts, entry.due_at = 0, at
    entry.save(update_fields=["attempts", "due_at"])
    transaction.on_commit(lambda: hurry(entry))


def retry_stuck(*, at: datetime) -> int:
    """Make all that keeps failing due now, in every basin from `public`; returns how many.

    What is tried keeps its count: it is still shown to ASTREES if it fails once more.
    """
    stuck = stuck_entries().filter(due_at__gt=at).select_for_update(skip_locked=True)
    return Entry.objects.filter(pk__in=list(stuck.values_list("pk", flat=True))).update(due_at=at)


def take_waiting(kind: str, *, schema: str, at: datetime) -> int:
    """Mark done the other entries of a kind that the work under way covers; returns how many.

    Only what is seen now is taken: an entry written later keeps its own work (scale.md 3).
    """
    waiting = Entry.objects.select_for_update(skip_locked=True).filter(
        kind=kind, schema=schema, done_at=None, due_at__lte=at
    )
    return Entry.objects.filter(pk__in=list(waiting.values_list("pk", flat=True))).update(
        done_at=at, payload={}, last_error=""
    )


def postpone(entry_id: int, *, at: datetime, error: Exception) -> None:
    """Try later what failed, in its schema or from `public`, and say why."""
    entry = Entry.objects.filter(pk=entry_id, done_at=None).first()
    if entry is not None:
        entry.attempts += 1
        wait = timedelta(seconds=15 * 2 ** min(entry.attempts, STUCK_AFTER))
        entry.due_at = at + min(wait, LONGEST_WAIT)
        entry.last_error = f"{type(error).__name__}: {error}"[:500]
        entry.save(update_fields=["attempts", "due_at", "last_error"])
        if entry.attempts == STUCK_AFTER:
            logger.error("outbox.stuck", extra={"entry": entry_id})
