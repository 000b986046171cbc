"""Named modules change of schema, named modules keep what they read (security.md T3, T4)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TENANCY = "basins/tenancy.py"
BACKEND = {"set_tenant", "set_schema", "set_schema_to_public", "schema_context", "tenant_context"}
"""What a connection, and the library, offer."""
SWITCHES = {"enter", "leave", "only_read", "inside", "national", "as_owner", "owner_cursor"}
"""What `basins.tenancy` offers."""
SWITCHING = {
    "basins/context.py": "the other basins of a person, in their menu",
    "basins/digest.py": "the people of a basin, whose mails stand in `public`",
    "basins/erasure/acts.py": "who asks to be erased, in each basin in turn",
    "basins/erasure/reasons.py": "what names them and still needs them, in each basin in turn",
    "basins/management/commands/erase.py": "the same, as it is shown",
    "basins/management/commands/migrate_schemas.py": "migrations",
    "basins/management/commands/retention.py": "each basin in turn",
    "basins/management/verification.py": "each basin in turn",
    "basins/middleware.py": "the basin of a request",
    "basins/opening.py": "the space of a new basin",
    "basins/provisioning.py": "schemas and roles",
    "basins/rounds.py": "each basin in turn",
    "basins/sign_ins.py": "the doors are of the network, whoever asks",
    "basins/tasks.py": "the basin of a work of the outbox",
    "network/candidacies/spaces.py": "the first rows of a new basin",
    "network/operations.py": "the figures of each basin",
}
"""Modules that change of schema, and for what."""
KEEPING = {
    "alize/common/dates.py": "the public holidays of a year",
    "alize/common/maps.py": "the outlines of the departments",
    "alize/common/tables.py": "badges as they are drawn, by what they say",
    "alize/common/templatetags/ui.py": "the drawings of the icons",
    "alize/documents/operations.py": "the digest of a template",
    "alize/documents/printable.py": "the characters of our typeface",
    "alize/drafting/queries.py": "what a text says, by its source",
    "basins/access.py": "the act of each page",
    "funds/operations/ledger.py": "the columns of a model",
}
"""Modules that keep in the process what a function gave: nothing that a basin has."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Ours, without the demo, which is no part of a site that serves."""
    for room in sorted(path.parent for path in ROOT.glob("*/__init__.py")):
        for path in room.rglob("*.py"):
            name = str(path.relative_to(ROOT))
            if not name.startswith(("tests/", "alize/demo/")):
                yield name, ast.parse(path.read_text())


def named(node: ast.AST) -> str:
    return getattr(node, "attr", None) or getattr(node, "id", "")


def test_the_backend_is_asked_by_the_tenancy_alone():
    askers = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and named(node) in BACKEND
    }
    assert askers == {TENANCY, "basins/postgresql/base.py"}


def switches(tree: ast.Module) -> bool:
    """Whether a module uses a switch of the tenancy, under its own name or the module's."""
    taken = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "basins.tenancy"
        for alias in node.names
    }
    return bool(taken & SWITCHES) or any(
        isinstance(node, ast.Attribute) and node.attr in SWITCHES and named(node.value) == "tenancy"
        for node in ast.walk(tree)
    )


def test_few_modules_change_of_schema():
    assert {name for name, tree in modules() if switches(tree)} == set(SWITCHING)


def keeps(tree: ast.Module) -> bool:
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module == "functools"
        and {alias.name for alias in node.names} & {"cache", "lru_cache"}
        for node in ast.walk(tree)
    )


def test_few_modules_keep_what_they_read():
    assert {name for name, tree in modules() if keeps(tree)} == set(KEEPING)
