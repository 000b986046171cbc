"""The manners of the rooms that import-linter cannot read (architecture.md 2 and 3)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
BELOW = {"models", "rules", "permissions", "queries", "documents", "operations", "enums"}
ABOVE = {"urls", "views", "forms", "tasks", "management"}


def modules() -> Iterator[tuple[str, Path]]:
    """The modules of our apps, by their path."""
    for room in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        for path in room.rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if not name.startswith(("tests/", "alize/demo/")) and "migrations" not in path.parts:
                yield name, path


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
