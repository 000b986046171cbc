"""The manners of the rooms that import-linter cannot read (architecture.md 2 and 3)."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BELOW = {"models", "rules", "permissions", "queries", "documents", "operations", "enums"}
"""What a caller tells the day or the instant."""
ABOVE = {"urls", "views", "forms", "tasks", "management"}
CLOCKS = {
    "timezone.now", "timezone.localdate", "timezone.localtime", "localdate", "localtime", "now",
    "datetime.now", "date.today", "datetime.today", "time.time",
}  # fmt: skip
READ_WITH_AN_ARGUMENT = {"timezone.localdate", "timezone.localtime", "localdate", "localtime"}
"""Given an instant, they only say its day."""


def modules() -> Iterator[tuple[str, Path]]:
    """The modules of our apps, by their path."""
    for room in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        for path in room.rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if not name.startswith(("tests/", "alize/demo/")) and "migrations" not in path.parts:
                yield name, path


def is_below(name: str) -> bool:
    """Whether a module is in `operations` and the like, and not in the `views` about them."""
    kinds = [part for part in Path(name).with_suffix("").parts if part in BELOW | ABOVE]
    return bool(kinds) and kinds[0] in BELOW


def reads_the_clock(path: Path) -> bool:
    return any(
        isinstance(node, ast.Call)
        and ast.unparse(node.func) in CLOCKS
        and not (node.args and ast.unparse(node.func) in READ_WITH_AN_ARGUMENT)
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_below_a_view_nobody_reads_the_clock():
    assert not {name for name, path in modules() if is_below(name) and reads_the_clock(path)}


def test_the_rules_of_every_app_are_held_pure():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    [pure] = [one for one in contracts["contracts"] if one["name"] == "Rules are pure"]
    found = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name, _ in modules()
        if name.endswith(("/rules.py", "/rules/__init__.py"))
    }
    # What bears this name in `models` or `operations` is about the rules of a committee.
    of_apps = {name for name in found if not set(name.split(".")[:-1]) & (BELOW | ABOVE)}
    assert of_apps - set(pure["source_modules"]) == set()
