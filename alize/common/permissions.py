"""One check per act: it says why an act is refused, or lets it through (architecture.md 3)."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Generic, ParamSpec

from alize.common.errors import ActionDenied

Asked = ParamSpec("Asked")


class Check(Generic[Asked]):
    """A function that raises `ActionDenied` with its reason; templates ask `.allows(…)`."""

    def __init__(self, function: Callable[Asked, None]) -> None:
        self._function = function
        update_wrapper(self, function)

    def __call__(self, *args: Asked.args, **kwargs: Asked.kwargs) -> None:
        self._function(*args, **kwargs)

    def allows(self, *args: Asked.args, **kwargs: Asked.kwargs) -> bool:
        """Whether the act would be let through."""
        try:
            self._function(*args, **kwargs)
        except ActionDenied:
            return False
        return True


def check(function: Callable[Asked, None]) -> Check[Asked]:
    """Make a check of a function that raises `ActionDenied`."""
    return Check(function)
