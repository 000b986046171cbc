"""Idempotent commands: a form carries a key made when its page was rendered (security.md D14)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from alize.audit.models import Command
from alize.common.errors import AlreadyUsed


def digest_of(payload: dict[str, Any]) -> str:
    """A stable fingerprint of what a form asked."""
    text = json.dumps(payload, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def once(
    key: UUID, *, payload: dict[str, Any], by: Any, at: datetime, act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Carry out `act` the first time a key is seen; afterwards return the first result.

    :raises AlreadyUsed: the key was used with another content.
    """
    digest = digest_of(payload)
    with connection.cursor() as cursor:
        # Two sendings at once: the second waits here for the first to commit.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(key)])
    known = Command.objects.filter(pk=key).first()
    if known is not None:
        if known.digest != digest:
            raise AlreadyUsed(
                "Ce formulaire a déjà été envoyé avec un autre contenu. "
                "Rechargez la page avant de recommencer."
            )
        return known.result
    result = act()
    Command.objects.create(
        key=key, digest=digest, by_id=getattr(by, "pk", None), at=at, result=result
    )
    return result
