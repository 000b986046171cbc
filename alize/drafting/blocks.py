"""The named blocks of a text: plain values that a template lays out and a snapshot keeps."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

Block = dict[str, Any]
MANY = 4
"""Rows of two signatures: beyond, their table begins a page."""
TOGETHER = 3
"""Rows of signatures at least on the last of their pages; the stylesheet keeps them."""
SHORT = 12
"""Rows of a table that is not cut by the end of a page."""
Groups = Iterable[tuple[str, Iterable[Mapping[str, str]]]]
"""People or structures by college: « L'État », « Les entreprises »; one group needs no name."""


def parties(groups: Groups) -> Block:
    """Who makes the agreement: organisation, seat, name, function, known_as."""
    return own("pdf/blocks/parties.html", groups=_listed(groups, "parties"))


def signatures(groups: Groups, *, place_and_date: str = "") -> Block:
    """Table of signatures: name, capacity and organisation, with room to sign."""
    listed = _listed(groups, "signers")
    for group in listed:
        signers = group.pop("signers")
        group["rows"] = [list(row) for row in zip_longest(signers[::2], signers[1::2])]
    _keep_the_end(listed)
    return own(
        "pdf/blocks/signatures.html",
        groups=listed,
        place_and_date=place_and_date,
        is_long=sum(len(group["rows"]) for group in listed) > MANY,
    )


def _keep_the_end(listed: Sequence[dict[str, Any]]) -> None:
    """Say how many rows of each group follow the row before them on its page.

    So the last page holds some signatures at least; a group kept whole follows the one before it.
    """
    left = TOGETHER - 1
    for group in reversed(listed):
        rows = len(group["rows"])
        group["kept"] = "whole" if rows <= left else min(rows, left)
        left = max(left - rows, 0)


def _listed(groups: Groups, name: str) -> list[dict[str, Any]]:
    return [{"label": label, name: [dict(one) for one in members]} for label, members in groups]


def table(
    *,
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    foot: Sequence[str] = (),
    numbers: Sequence[int] = (),
) -> Block:
    """A table whose first column names the row; `numbers` are the columns aligned to the right."""
    lines = [_cells(row, numbers) for row in rows]
    return own(
        "pdf/blocks/table.html",
        caption=caption,
        head=_cells(head, numbers),
        rows=lines,
        foot=_cells(foot, numbers),
        is_short=len(lines) <= SHORT,
    )


def _cells(values: Sequence[str], numbers: Sequence[int]) -> list[dict[str, Any]]:
    return [{"text": text, "number": rank in numbers} for rank, text in enumerate(values)]


def facts(rows: Iterable[tuple[str, str]]) -> Block:
    """What is known of one thing, line by line."""
    return own("pdf/blocks/facts.html", rows=[list(row) for row in rows])


def items(texts: Iterable[str]) -> Block:
    """A list of sentences, each followed by its mark, as French lists are.

    One that ends with a mark of its own, « : » or « ? », keeps it alone.
    """
    bare = [text.rstrip(" \u00a0\u202f;.") for text in texts]
    marks = [*("\u202f;" for _ in bare[:-1]), "."]
    return own(
        "pdf/blocks/items.html",
        texts=[
            text if text.endswith((":", "?", "!", "…")) else text + mark
            for text, mark in zip(bare, marks, strict=False)
        ],
    )


def own(template: str, **values: Any) -> Block:
    """A block with a template of its own, which reads `block`."""
    return {"template": template, **values}
