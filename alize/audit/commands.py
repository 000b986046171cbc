"""Idempotent commands: a form carries a key made when its page was rendered (security.md D14)."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models, transaction

from alize.common.errors import AlreadyUsed

Row = TypeVar("Row", bound=models.Model)
HOLD = "SELECT digest, result FROM public.alize_command(%s)"
KEEP = "INSERT INTO audit_command (key, digest, by_id, at, result) VALUES (%s, %s, %s, %s, %s)"
"""Bare statements, as each act is a command."""
Read = tuple[str, list[Any]]
"""A statement that gives one row or none, and its values."""


@dataclass(frozen=True)
class Command:
    """A command under way, as it is kept with what it made."""

    key: UUID
    digest: str
    by_id: int | None
    at: datetime


def digest_of(payload: dict[str, Any]) -> str:
    """A stable fingerprint of what a form asked."""
    text = json.dumps(payload, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def once(
    key: UUID,
    *,
    payload: dict[str, Any],
    by: Any,
    at: datetime,
    act: Callable[..., dict[str, Any]],
    reads: Sequence[Read] = (),
    keeps: bool = False,
) -> dict[str, Any]:
    """Carry out `act` the first time a key is seen; afterwards return the first result.

    :param reads: what `act` begins by reading, asked in the round trip that holds the key; it is
        called with their rows.
    :param keeps: `act` writes the command with what it makes, and is called with it first.
    :raises AlreadyUsed: the key was used with another content.
    """
    digest = digest_of(payload)
    known, *rows = _rows_of((HOLD, [key]), *reads)
    if known[0] is not None:
        if known[0] != digest:
            raise AlreadyUsed(
                "Ce formulaire a déjà été envoyé avec un autre contenu. "
                "Rechargez la page avant de recommencer."
            )
        return json.loads(known[1])
    command = Command(key, digest, getattr(by, "pk", None), at)
    if keeps:
        return act(command, *rows)
    result = act(*rows)
    with connection.cursor() as cursor:
        cursor.execute(KEEP, [*astuple(command), json.dumps(result)])
    return result


def _rows_of(*reads: Read) -> list[Any]:
    """The row of each statement; all are asked in one round trip, in this order."""
    with connection.cursor() as cursor:
        cursor.execute(
            ";".join(statement for statement, _ in reads),
            [value for _, values in reads for value in values],
        )
        rows = [cursor.fetchone()]
        while cursor.nextset():
            rows.append(cursor.fetchone())
        return rows


def made_once(
    model: type[Row],
    key: UUID,
    *,
    payload: dict[str, Any],
    by: Any,
    at: datetime,
    act: Callable[..., Row],
    reads: Sequence[Read] = (),
    keeps: bool = False,
) -> Row:
    """Carry out `act`, which makes a row, the first time a key is seen; afterwards read that row.

    `reads` and `keeps` are those of `once`.

    :raises AlreadyUsed: the key was used with another content, or that row was removed since.
    """
    made: list[Row] = []

    def make(*rows: Any) -> dict[str, Any]:
        made.append(act(*rows))
        return {"id": made[0].pk}

    result = once(key, payload=payload, by=by, at=at, act=make, reads=reads, keeps=keeps)
    if made:
        return made[0]
    known = model._default_manager.filter(pk=result["id"]).first()
    if known is None:
        raise AlreadyUsed(
            "Ce formulaire a déjà été envoyé, et ce qu'il avait enregistré a été retiré depuis. "
            "Rechargez la page avant de recommencer."
        )
    return known
