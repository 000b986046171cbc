"""Who is to sit for a seat, its holder or an alternate: one seat, one voice (voting.md 5.2)."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Answered:
    """The answer that counts of a seat: who gave it, whether they come, whom they ask to sit."""

    by: int
    comes: bool = False
    asked: int | None = None


def expected(last: Answered | None, *, holder: int, people: Collection[int]) -> int:
    """Who is to prepare the meeting: whoever was asked to sit or said they come, else the holder.

    Only the `people` of the seat sit for it: an alternate may have ceased to be one.
    """
    who = holder
    if last is not None and (last.asked is not None or last.comes):
        who = last.by if last.asked is None else last.asked
    return who if who in people else holder


def is_heard(last: Answered | None) -> bool:
    """Whether it is known if a seat will be there; whoever was asked to sit has still to say so."""
    return last is not None and last.asked is None


def to_tell(before: Answered | None, now: Answered) -> frozenset[int]:
    """Of the people of a seat, those that its new answer undoes, or who asked for it."""
    if before is None:
        return frozenset()
    undone = (before.by,) if before.asked is None else (before.by, before.asked)
    return frozenset(undone) - {now.by, now.asked}
