"""No regular expression of ours may take for ever: none repeats a repetition (security.md S30)."""

import ast
from collections.abc import Iterator
from pathlib import Path
from re import _compiler as compiler
from re import _constants as codes
from re import _parser as parser
from typing import Any

import pytest
from django.conf import settings

from tests.meta.test_models import ROOMS

ROOT = Path(settings.BASE_DIR)
WITHOUT_END = 1000
"""From as many times on, a repetition counts as one without end."""


def patterns() -> Iterator[tuple[str, str]]:
    """Where each expression stands, and the expression; what it is given at run time is « x »."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and node.args and _is_of_re(node.func):
                    text = _text(node.args[0])
                    if text is not None:
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def _is_of_re(function: ast.expr) -> bool:
    name = ast.unparse(function)
    return (name.startswith("re.") and name != "re.escape") or name.endswith("RegexValidator")


def _text(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        parts = (one.value if isinstance(one, ast.Constant) else "x" for one in node.values)
        return "".join(map(str, parts))
    return None


def repeats_a_repetition(pattern: str) -> bool:
    return _nested(parser.parse(pattern), inside=False)


def _nested(part: Any, *, inside: bool) -> bool:
    """Whether something without end holds something without end, that both could take."""
    for code, given in part:
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            _, most, repeated = given
            endless = most == codes.MAXREPEAT or most > WITHOUT_END
            if endless and inside:
                return True
            if _nested(repeated, inside=inside or (endless and not _has_fence(repeated))):
                return True
        elif any(_nested(one, inside=inside) for one in _held(given)):
            return True
    return False


def _held(given: Any) -> Iterator[Any]:
    """The expressions inside a group, a choice or a look around."""
    if isinstance(given, parser.SubPattern):
        yield given
    elif isinstance(given, list | tuple):
        for one in given:
            yield from _held(one)


def _has_fence(repeated: Any) -> bool:
    """Whether each turn begins with a sign of its own: « (?:-[a-z]+)* » reads one way."""
    flat = list(repeated)
    while flat and flat[0][0] is codes.SUBPATTERN:
        flat = list(flat[0][1][3]) + flat[1:]
    if not flat or flat[0][0] is not codes.LITERAL:
        return False
    sign = chr(flat[0][1])
    return not any(compiler.compile(one).search(sign) for one in _without_end(flat))


def _without_end(part: Any) -> Iterator[Any]:
    """What is repeated without end, at any depth."""
    for code, given in part:
        if code in {codes.MAX_REPEAT, codes.MIN_REPEAT}:
            if given[1] == codes.MAXREPEAT or given[1] > WITHOUT_END:
                yield given[2]
            yield from _without_end(given[2])
        else:
            for one in _held(given):
                yield from _without_end(one)


def test_they_are_found():
    assert len(list(patterns())) > 60


@pytest.mark.parametrize(
    ("pattern", "slow"),
    [
        (r"(a+)+", True), (r"(?:a*b?)*$", True), (r"(\w+\s?)*!", True), (r"((a|b)+)+", True),
        (r"(aa*)*", True), (r"a+b+", False), (r"(?:-[a-z]+)*", False), (r"(?:[0-9]{3})+", False),
    ],
)  # fmt: skip
def test_the_audit_knows_the_slow_ones(pattern, slow):
    assert repeats_a_repetition(pattern) is slow


def test_none_repeats_a_repetition():
    assert [(where, text) for where, text in patterns() if repeats_a_repetition(text)] == []
