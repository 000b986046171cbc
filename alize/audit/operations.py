"""Writes the journal; call last in a transaction, so that its head is locked briefly."""

from datetime import datetime
from typing import Any

from django.db import connection, models

from alize.audit.models import AuditEvent


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
    AuditEvent.objects.create(
        at=at,
        type=event_type,
        by_id=None if by is None else by.pk,
        target_type="" if target is None else target._meta.label_lower,
        target_id="" if target is None else str(target.pk),
        facts=facts,
    )
