"""The variables that a page asks for and nobody gave: Django prints nothing in their place."""

from typing import Any


class Undefined(str):
    """What stands in place of one of them; it remembers which."""

    def __init__(self, _: str) -> None:
        self.found: set[str] = set()

    def __mod__(self, variable: Any) -> str:
        self.found.add(str(variable))
        return ""

    def take(self) -> list[str]:
        """Those met since it was last asked."""
        found, self.found = sorted(self.found), set()
        return found


UNDEFINED = Undefined("%s")
"""« %s » makes Django say which."""
