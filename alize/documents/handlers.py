"""Work done after a document is issued."""

from datetime import datetime
from typing import Any

from alize.documents.models import RegisteredDocument
from alize.outbox.handlers import handler


@handler("documents.register", national=True)
def register(*, at: datetime, schema: str, document: dict[str, Any]) -> None:
    """Write a document in the public register, once."""
    RegisteredDocument.objects.get_or_create(
        sha256=document["sha256"], defaults={**document, "schema": schema, "registered_at": at}
    )
