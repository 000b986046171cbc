"""Reading a page never writes: a guard raises on it in the demo and in tests."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE)\b", re.IGNORECASE)
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


def refuse_writes(
    execute: Callable, statement: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let reads through, and what signing in or out writes of its session and its limits."""
    asked = str(statement)
    if _WRITE.match(asked) and not _signing_in.get() and not _OF_THE_SESSION.search(asked):
        raise WriteDuringRead(asked[:200])
    return execute(statement, params, many, context)
