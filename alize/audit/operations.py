"""Writes the journal; call last in a transaction, so that its head is locked briefly."""

import json
from datetime import datetime
from typing import Any

from django.db import connection, models

INSERT = """
INSERT INTO audit_auditevent (at, type, by_id, target_type, target_id, facts)
VALUES (%s, %s, %s, %s, %s, %s)
"""
"""A bare statement, as each act is recorded; number and chain are the database's."""


def record(
    event_type: str,
    *,
    target: models.Model | None = None,
    by: Any = None,
    at: datetime,
    **facts: Any,
) -> None:
    """Add an event to the journal of the current schema, in the caller's transaction.

    `facts` are ids, codes, numbers and digests; no personal data, so that erasing a person never
    breaks the chain (security.md D10). `by` is a person or None for the application itself.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the transaction of its act.")
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                at,
                event_type,
                None if by is None else by.pk,
                "" if target is None else target._meta.label_lower,
                "" if target is None else str(target.pk),
                json.dumps(facts),
            ],
        )
