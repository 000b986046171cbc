"""What changes from one version of a text to the next, article by article, word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from alize.drafting.rules.layout import typeset
from alize.drafting.rules.source import write
from alize.drafting.rules.text import Section, Text, Variable

_WORDS = re.compile(r"[ ]+|[^ ]+")


class Change(StrEnum):
    """Sort d'un article, d'une ligne ou d'un mot."""

    SAME = "SAME"
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Words:
    """Words that stay, come or go."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """A paragraph of either version; of a changed one, its words."""

    change: Change
    words: tuple[Words, ...]


@dataclass(frozen=True)
class SectionChange:
    """What becomes of one article; `moved` when others now stand before it."""

    change: Change
    key: str
    title: str
    lines: tuple[Line, ...]
    moved: bool = False


@dataclass(frozen=True)
class Difference:
    """Écart entre deux versions."""

    sections: tuple[SectionChange, ...]
    variables_added: tuple[Variable, ...]
    variables_removed: tuple[Variable, ...]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.variables_added or self.variables_removed or self.changed)

    @property
    def changed(self) -> tuple[SectionChange, ...]:
        """The articles that are not the same."""
        return tuple(
            section
            for section in self.sections
            if section.change is not Change.SAME or section.moved
        )


def diff(old: Text, new: Text) -> Difference:
    """Compare two versions; articles are known by their key, whatever their number."""
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    steady = _in_order(list(before), list(after))
    return Difference(
        sections=tuple(
            _compared(before.get(key), after.get(key), moved=key not in steady)
            for key in _merged(list(before), list(after))
        ),
        variables_added=_only_in(new, old),
        variables_removed=_only_in(old, new),
    )


def _only_in(one: Text, other: Text) -> tuple[Variable, ...]:
    known = {
        (variable.name, typeset(variable.label), variable.kind) for variable in other.variables
    }
    return tuple(
        variable
        for variable in one.variables
        if (variable.name, typeset(variable.label), variable.kind) not in known
    )


def _in_order(old: list[str], new: list[str]) -> set[str]:
    """The keys that keep their place among those that both versions have, and the others."""
    common_old = [key for key in old if key in new]
    common_new = [key for key in new if key in old]
    matcher = SequenceMatcher(None, common_old, common_new, autojunk=False)
    kept = {key for a, _, size in matcher.get_matching_blocks() for key in common_old[a : a + size]}
    return kept | (set(old) ^ set(new))


def _merged(old: list[str], new: list[str]) -> list[str]:
    """The keys of the new version, each that is gone after the one it followed."""
    merged = list(new)
    for rank, key in enumerate(old):
        if key not in merged:
            merged.insert(merged.index(old[rank - 1]) + 1 if rank else 0, key)
    return merged


def _compared(old: Section | None, new: Section | None, *, moved: bool) -> SectionChange:
    section = new or old
    assert section is not None  # noqa: S101 - a key comes from one of both
    lines = tuple(_lines(_paragraphs(old), _paragraphs(new)))
    if old is None or new is None:
        change = Change.ADDED if old is None else Change.REMOVED
    elif all(line.change is Change.SAME for line in lines):
        change = Change.SAME
    else:
        change = Change.CHANGED
    return SectionChange(change, section.key, section.title, lines, moved)


def _paragraphs(section: Section | None) -> list[str]:
    """The lines of a section as its source writes them and an agreement prints them.

    So an apostrophe typed otherwise is no change.
    """
    if section is None:
        return []
    return [typeset(line) for line in write(Text(sections=(section,))).splitlines() if line]


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        gone, come = old[start:end], new[new_start:new_end]
        if kind == "equal":
            yield from (_whole(Change.SAME, line) for line in come)
            continue
        for before, after in zip(gone, come, strict=False):
            yield from _changed(before, after)
        yield from (_whole(Change.REMOVED, line) for line in gone[len(come) :])
        yield from (_whole(Change.ADDED, line) for line in come[len(gone) :])


def _whole(change: Change, line: str) -> Line:
    return Line(change, (Words(change, line),))


_ALIKE = 0.35
"""Below this likeness, two paragraphs are one that goes and one that comes."""
_LONGEST = 1_500
"""Words of a paragraph beyond which it is not compared word by word: that takes their square."""


def _changed(before: str, after: str) -> Iterator[Line]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > _LONGEST or matcher.ratio() < _ALIKE:
        yield _whole(Change.REMOVED, before)
        yield _whole(Change.ADDED, after)
        return
    words: list[Words] = []
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            words.append(Words(Change.SAME, "".join(new[new_start:new_end])))
            continue
        if start < end:
            words.append(Words(Change.REMOVED, "".join(old[start:end])))
        if new_start < new_end:
            words.append(Words(Change.ADDED, "".join(new[new_start:new_end])))
    yield Line(Change.CHANGED, tuple(words))
