"""A text with the values of one agreement: articles numbered, ready for a template to escape."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from alize.common import typography
from alize.common.money import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE
from alize.common.words import linked
from alize.drafting.rules.source import STRONG, VARIABLE
from alize.drafting.rules.text import (
    Condition,
    Part,
    PartKind,
    Section,
    SectionKind,
    Text,
    Variable,
    VariableKind,
)

_QUOTED = re.compile(r'(?<![\w"])"([^"\s](?:[^"]*[^"\s])?)"(?!\w)')
_END = re.compile(rf"[ {NO_BREAK_SPACE}{NARROW_NO_BREAK_SPACE}]*[;.]$")


def typeset(words: str) -> str:
    """French typography, quotes included: whoever drafts types straight ones."""
    return typography.typeset(_QUOTED.sub(rf"«{NO_BREAK_SPACE}\1{NO_BREAK_SPACE}»", words))


@dataclass(frozen=True)
class Run:
    """Words of one weight; `missing` when they stand for a variable without a value.

    `condition` when they say, in an outline, on what the words after them depend.
    """

    text: str
    strong: bool = False
    missing: bool = False
    condition: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True)
class LaidPart:
    """What a section shows: one of the four is filled in, as `kind` says.

    `paragraph` has `runs`; `heading` its `label` and `runs`; `list` its `items`; `block` its
    `name` and what it is (`label`); `clause` the words of the basin, each paragraph or list a part;
    `zone` a place left empty.
    """

    kind: str
    runs: Runs = ()
    items: tuple[Runs, ...] = ()
    name: str = ""
    label: str = ""
    parts: tuple["LaidPart", ...] = ()


@dataclass(frozen=True)
class LaidSection:
    """A section with its number: « Article 3 », « Annexe 1 », or none."""

    kind: str
    key: str
    label: str
    title: str
    parts: tuple[LaidPart, ...]
    is_locked: bool


def missing(
    text: Text,
    values: Mapping[str, str],
    clauses: Mapping[str, str],
    blocks: Collection[str] = (),
) -> tuple[Variable, ...]:
    """The values and blocks that the text shows in this case and that have nothing to show."""
    given = _given(values, clauses, blocks)
    shown = {
        name
        for section, parts in text.present(given)
        for name in (*VARIABLE.findall(section.title), *_names(parts))
    }
    return tuple(
        variable
        for variable in text.variables
        if variable.kind is not VariableKind.CONDITION
        and variable.name in shown
        and variable.name not in given
    )


def _names(parts: tuple[Part, ...]) -> Iterator[str]:
    for part in parts:
        if part.kind is PartKind.BLOCK:
            yield part.key
        elif part.kind is not PartKind.ZONE:
            yield from VARIABLE.findall(part.text)


def _given(
    values: Mapping[str, str], clauses: Mapping[str, str], blocks: Collection[str]
) -> frozenset[str]:
    """The names that have something to show: values, blocks, zones that a basin filled in."""
    written = [*values.items(), *clauses.items()]
    return frozenset({name for name, words in written if words.strip()} | set(blocks))


def lay_out(
    text: Text,
    values: Mapping[str, str],
    clauses: Mapping[str, str],
    blocks: Collection[str] = (),
) -> tuple[LaidSection, ...]:
    """Number and fill in what is present; `clauses` are the words of a basin, by zone.

    A variable without a value shows its meaning between brackets, marked as missing.
    """
    filling = _Filling(values, _labels(text))
    return _laid(list(text.present(_given(values, clauses, blocks))), filling, clauses)


def outline(text: Text) -> tuple[LaidSection, ...]:
    """The whole text, whatever its conditions, each said before what depends on it."""
    filling = _Filling({}, _labels(text), says_conditions=True)
    return _laid([(section, section.parts) for section in text.sections], filling, {})


def _labels(text: Text) -> dict[str, str]:
    """What each name means, zones included."""
    return {variable.name: variable.label for variable in text.variables} | {
        zone.key: zone.text for zone in text.zones
    }


def _laid(
    present: list[tuple[Section, tuple[Part, ...]]],
    filling: "_Filling",
    clauses: Mapping[str, str],
) -> tuple[LaidSection, ...]:
    annexes = sum(section.kind is SectionKind.ANNEX for section, _ in present)
    numbers = {SectionKind.ARTICLE: 0, SectionKind.ANNEX: 0}
    laid = []
    for section, parts in present:
        if section.kind is not SectionKind.SECTION:
            numbers[section.kind] += 1
        number = numbers.get(section.kind, 0)
        said = filling.condition(section.condition)
        laid.append(
            LaidSection(
                kind=str(section.kind),
                key=section.key,
                label=_label(section, number, alone=annexes == 1),
                title="".join(run.text for run in filling.runs(section.title)),
                parts=(
                    *((LaidPart("paragraph", runs=said),) if said else ()),
                    *_parts(parts, filling, clauses, _prefix(section, number)),
                ),
                is_locked=section.is_locked,
            )
        )
    return tuple(laid)


def _label(section: Section, number: int, *, alone: bool) -> str:
    match section.kind:
        case SectionKind.ARTICLE:
            return f"Article{NO_BREAK_SPACE}{number}"
        case SectionKind.ANNEX:
            return "Annexe" if alone else f"Annexe{NO_BREAK_SPACE}{number}"
        case _:
            return ""


def _prefix(section: Section, number: int) -> str:
    """What the headings of an article are numbered under; those of an annex stand alone."""
    return f"{number}." if section.kind is SectionKind.ARTICLE else ""


@dataclass(frozen=True)
class _Filling:
    values: Mapping[str, str]
    labels: Mapping[str, str]
    says_conditions: bool = False

    def part(self, part: Part) -> Runs:
        """The words of a part, after its condition where conditions are said."""
        return (*self.condition(part.condition), *self.runs(part.text))

    def condition(self, condition: Condition | None) -> Runs:
        """« (si une avance est accordée) », in an outline."""
        if condition is None or not self.says_conditions:
            return ()
        sense = "si renseigné" if condition.holds else "à défaut de"
        name = self.labels.get(condition.name, condition.name)
        return (Run(typeset(f"({sense} : {name}) "), condition=True),)

    def runs(self, words: str) -> Runs:
        """Cut words at their bold and fill in their variables, « à le » made « au »."""
        found: list[Run] = []
        for rank, stretch in enumerate(words.split(STRONG)):
            for filled, is_value in self._filled(stretch, strong=rank % 2 == 1):
                last, run = found[-1] if found else None, filled
                if last and is_value:
                    before, named = linked(last.text, run.text)
                    last = found[-1] = replace(last, text=before)
                    run = replace(run, text=named)
                if last and (last.strong, last.missing) == (run.strong, run.missing):
                    found[-1] = replace(last, text=last.text + run.text)
                else:
                    found.append(run)
        return tuple(replace(run, text=typeset(run.text)) for run in found)

    def _filled(self, words: str, *, strong: bool) -> Iterator[tuple[Run, bool]]:
        """Each run and whether it is a value; every second part of the cut names a variable."""
        for rank, part in enumerate(VARIABLE.split(words)):
            if rank % 2 == 0:
                if part:
                    yield Run(part, strong), False
            elif self.values.get(part):
                yield Run(self.values[part], strong), True
            else:
                yield Run(f"[{self.labels.get(part, part)}]", strong, missing=True), False


def _parts(
    parts: tuple[Part, ...], filling: _Filling, clauses: Mapping[str, str], prefix: str
) -> Iterator[LaidPart]:
    items: list[Runs] = []
    heading = 0
    for part in parts:
        if part.kind is PartKind.ITEM:
            items.append(filling.part(part))
            continue
        if items:
            yield LaidPart("list", items=_punctuated(items))
            items = []
        if part.kind is PartKind.HEADING:
            heading += 1
            yield LaidPart("heading", runs=filling.part(part), label=f"{prefix}{heading}")
        elif part.kind is PartKind.BLOCK:
            yield LaidPart(
                "block",
                name=part.key,
                label=typeset(filling.labels[part.key]),
                runs=filling.condition(part.condition),
            )
        elif part.kind is PartKind.ZONE:
            yield _clause(part, clauses.get(part.key, ""))
        else:
            yield LaidPart("paragraph", runs=filling.part(part))
    if items:
        yield LaidPart("list", items=_punctuated(items))


def _punctuated(items: Sequence[Runs]) -> tuple[Runs, ...]:
    """End each item with a semicolon and the last with a full stop, whichever are present."""
    return tuple(
        _ended(runs, "." if rank == len(items) else f"{NO_BREAK_SPACE};")
        for rank, runs in enumerate(items, 1)
    )


def _ended(runs: Runs, sign: str) -> Runs:
    *before, last = runs
    words = _END.sub("", last.text)
    if words.endswith((":", "?", "!")):
        return runs
    return (*before, Run(words + sign, last.strong, last.missing))


def _clause(zone: Part, words: str) -> LaidPart:
    """The words that a basin wrote for a zone, as they are: paragraphs, and lists in « - »."""
    if not words.strip():
        return LaidPart("zone", name=zone.key, label=typeset(zone.text))
    parts: list[LaidPart] = []
    for block in re.split(r"\n\s*\n", words.strip()):
        lines = (line.strip() for line in block.splitlines() if line.strip())
        for is_list, run in groupby(lines, key=lambda line: line.startswith("- ")):
            if is_list:
                items = [(Run(typeset(line[2:])),) for line in run]
                parts.append(LaidPart("list", items=_punctuated(items)))
            else:
                parts.append(LaidPart("paragraph", runs=(Run(typeset(" ".join(run))),)))
    return LaidPart("clause", name=zone.key, label=typeset(zone.text), parts=tuple(parts))
