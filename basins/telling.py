"""Mails from a basin to ASTREES, of which a basin sees nobody (security.md T6)."""

from collections.abc import Sequence
from typing import Any

from alize.accounts.models import Person
from alize.outbox.operations import enqueue


def tell_staff(
    code: str, *, path: str, key: str, besides: Sequence[Person] = (), **words: Any
) -> None:
    """Ask for a mail of the catalogue to each administrator of the network, in `public`.

    `besides` are those who have it already. The same `code` and `key` of a basin leave once.
    """
    enqueue(
        "basins.tell_staff",
        key=f"{code}:{key}",
        code=code,
        path=path,
        about=key,
        told=[person.pk for person in besides],
        words=words,
    )
