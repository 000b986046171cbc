"""Reading a page never writes: a guard raises on it in the demo and in tests."""

import re
from collections.abc import Callable
from typing import Any

_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.IGNORECASE)
_OF_THE_SESSION = re.compile(
    r"django_session|usersessions_usersession|common_cachedlimit|SET \"last_login\" = "
)


class WriteDuringRead(RuntimeError):
    """A GET changed the database."""


def refuse_writes(
    execute: Callable, statement: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let reads through, and what signing in or out writes of its session and its limits."""
    if _WRITE.match(str(statement)) and not _OF_THE_SESSION.search(str(statement)):
        raise WriteDuringRead(str(statement)[:200])
    return execute(statement, params, many, context)
