"""Reading a page never writes: a guard raises on it in the demo and in tests."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from psycopg.sql import Composable

_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE)\b"
    # To lock a row says UPDATE too, and sets nothing.
    r"|\bUPDATE\s+(?:ONLY\s+)?[\w.\"]+(?:\s+(?:AS\s+)?\w+)?\s+SET\b"
    r"|\balize_ledger_post\b",
    re.IGNORECASE,
)
"""Wherever it stands: in what is selected from, or in the one function of ours that writes."""
_OF_THE_SESSION = re.compile(
    r"django_session|usersessions_usersession|common_cachedlimit|SET \"last_login\" = "
)


_signing_in = ContextVar("signing_in", default=False)


class WriteDuringRead(RuntimeError):
    """A GET changed the database."""


@contextmanager
def writing_of_a_sign_in() -> Iterator[None]:
    """Let the journal hear of a sign-in, which the return from ProConnect ends by a GET."""
    token = _signing_in.set(True)
    try:
        yield
    finally:
        _signing_in.reset(token)


def writes(statement: Any) -> bool:
    """Whether a statement, as text or composed, changes what the database holds."""
    text = statement.as_string() if isinstance(statement, Composable) else str(statement)
    return _WRITE.search(text) is not None


def refuse_writes(
    execute: Callable, statement: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let reads through, and what signing in or out writes of its session and its limits."""
    if writes(statement) and not _signing_in.get() and not _OF_THE_SESSION.search(str(statement)):
        raise WriteDuringRead(str(statement)[:200])
    return execute(statement, params, many, context)
