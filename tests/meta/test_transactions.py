"""What an act writes is in one transaction of its own: tests run in one, which would hide it."""

import ast
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

ROOMS = sorted(
    path
    for path in Path(settings.BASE_DIR).glob("*/**/*.py")
    if not {"tests", "node_modules", ".venv", "migrations", "demo"} & set(path.parts)
)
WRITES = {"record", "enqueue", "send_mail", "select_for_update"}
ANSWERERS = {"answered", "carried_out"}
"""They take an act, and put its refusal in the form."""
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


def test_a_form_sent_again_with_another_content_is_answered():
    trees = {path: ast.parse(path.read_text()) for path in ROOMS}
    rooms = {path for path in ROOMS if "operations" in path.parts or path.stem == "operations"}
    keyed = {
        node.name
        for path in rooms
        for node in trees[path].body
        if isinstance(node, ast.FunctionDef)
        and "command_key" in {one.arg for one in node.args.kwonlyargs}
    }
    views = [path for path in ROOMS if path not in rooms and path.stem != "tasks"]
    asked = [
        (answers(trees[path]), node, f"{path.name}:{node.lineno} {node.attr}")
        for path in views
        for node in ast.walk(trees[path])
        if isinstance(node, ast.Attribute)
        and node.attr in keyed
        and ast.unparse(node.value).endswith("operations")
    ]
    assert len(asked) > 30
    assert [place for is_answered, node, place in asked if not is_answered(node)] == []


def answers(tree: ast.Module) -> Callable[[ast.AST], bool]:
    """Whether what a place of a module raises is caught as a refusal there, or by its callers."""
    above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    takers = ANSWERERS | {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and ("with refusals_in" in ast.unparse(node) or called(node) & ANSWERERS)
    }

    def catches(node: ast.AST) -> bool:
        if isinstance(node, ast.With):
            return "refusals_in(" in ast.unparse(node.items[0])
        if isinstance(node, ast.Try):
            return any("Refusal" in ast.unparse(one.type) for one in node.handlers if one.type)
        if isinstance(node, ast.Call):
            return ast.unparse(node.func) in takers
        return isinstance(node, ast.FunctionDef) and any(
            "refusals_to(" in ast.unparse(one) for one in node.decorator_list
        )

    def is_answered(node: ast.AST) -> bool:
        while node in above:
            node = above[node]
            if catches(node):
                return True
            if isinstance(node, ast.FunctionDef):
                uses = [one for one in names if one.id == node.name]
                return bool(uses) and all(is_answered(one) for one in uses)
        return False

    return is_answered
