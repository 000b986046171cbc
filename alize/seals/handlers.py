"""Work done after a document is sealed: the public register learns of it."""

from datetime import datetime
from typing import Any

from alize.outbox.handlers import handler
from alize.seals.models import Seal, SealStanding


@handler("seals.register", national=True)
def register(*, at: datetime, schema: str, sha256: str, seal: dict[str, Any]) -> None:
    """Write a seal in the public register, once."""
    Seal.objects.get_or_create(sha256=sha256, defaults=seal)


@handler("seals.standing", national=True)
def stand(*, at: datetime, schema: str, sha256: str, **standing: Any) -> None:
    """Write in the public register what a sealed document is worth from then on."""
    SealStanding.objects.get_or_create(seal=Seal.objects.get(sha256=sha256), **standing)
