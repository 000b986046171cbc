"""What an act writes is in one transaction of its own: tests run in one, which would hide it."""

import ast
from pathlib import Path

from django.conf import settings

ROOMS = sorted(
    path
    for path in Path(settings.BASE_DIR).glob("*/**/*.py")
    if not {"tests", "node_modules", ".venv", "migrations", "demo"} & set(path.parts)
)
WRITES = {"record", "enqueue", "send_mail", "select_for_update"}
IN_ONE = ("transaction.atomic", "once(")


def called(tree: ast.AST) -> set[str]:
    """The names that a piece of code calls, alone or on a module."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {getattr(one, "attr", getattr(one, "id", "")) for one in functions}


def test_a_use_case_that_writes_is_atomic():
    bare, asked = set(), set()
    for path in ROOMS:
        tree = ast.parse(path.read_text())
        if "operations" in path.parts or path.stem == "operations":
            bare |= {
                one.name
                for one in tree.body
                if isinstance(one, ast.FunctionDef)
                and called(one) & WRITES
                and not any(words in ast.unparse(one) for words in IN_ONE)
            }
        elif "views" in path.parts or path.stem == "views":
            asked |= {
                node.func.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and "operations" in ast.unparse(node.func.value)
            }
    assert len(bare) > 10
    assert len(asked) > 100
    assert bare & asked == set()
