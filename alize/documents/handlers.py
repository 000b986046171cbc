"""Work done after a document is issued."""

from datetime import date, datetime
from typing import Any

from alize.documents.models import RegisteredDocument
from alize.outbox.handlers import handler


@handler("documents.register", national=True)
def register(*, at: datetime, schema: str, sha256: str, as_of: str, **mentions: Any) -> None:
    """Write a document in the public register, once."""
    RegisteredDocument.objects.get_or_create(
        sha256=sha256,
        defaults={
            **mentions,
            "schema": schema,
            "as_of": date.fromisoformat(as_of),
            "registered_at": at,
        },
    )
