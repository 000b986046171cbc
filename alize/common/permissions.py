"""One check per act: it says why an act is refused, or lets it through (architecture.md 3)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from typing import Generic, ParamSpec

from alize.common.errors import ActionDenied

Asked = ParamSpec("Asked")

_refused: ContextVar[str] = ContextVar("refused_act", default="")


def begin() -> None:
    """Start a request: nothing is refused yet."""
    _refused.set("")


def refused_act() -> str:
    """The last act that a check refused since `begin`, as `room.act`; nothing when none was."""
    return _refused.get()


@contextmanager
def only_asking() -> Iterator[None]:
    """What is refused inside is shown to somebody who attempted nothing."""
    before = _refused.get()
    try:
        yield
    finally:
        _refused.set(before)


class Check(Generic[Asked]):
    """A function that raises `ActionDenied` with its reason; templates ask `.allows(…)`."""

    def __init__(self, function: Callable[Asked, None]) -> None:
        self._function = function
        update_wrapper(self, function)

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> None:
        try:
            self._function(*args, **kwargs)
        except ActionDenied:
            room = self._function.__module__.partition(".")[0]
            _refused.set(f"{room}.{self._function.__name__}")
            raise

    def why_not(self, *args: Asked.args, **kwargs: Asked.kwargs) -> str:
        """Why the act would be refused; nothing when it would be let through."""
        try:
            self._function(*args, **kwargs)
        except ActionDenied as denied:
            return denied.reason
        return ""

    def allows(self, *args: Asked.args, **kwargs: Asked.kwargs) -> bool:
        """Whether the act would be let through."""
        return not self.why_not(*args, **kwargs)


def check(function: Callable[Asked, None]) -> Check[Asked]:
    """Make a check of a function that raises `ActionDenied`."""
    return Check(function)
